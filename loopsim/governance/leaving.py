"""What leaves: rows that are too old, and the rows of people who asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.base import BAD
from loopsim.governance.consent import rate
from loopsim.governance.counts import Counts, Observed
from loopsim.governance.gone import Gone
from loopsim.governance.learned import Learned
from loopsim.governance.requests import Habits, Requests, Table

if TYPE_CHECKING:
    from loopsim.cases import Cases
    from loopsim.draws import Draws
    from loopsim.scenario_governance import Erasure, Governance
    from loopsim.simulation import Simulation

Ints = NDArray[np.int64]
_NOBODY = np.empty(0, np.int64)


class Leaving:
    """Retention and erasure, from the request to the clean-up.

    Parameters
    ----------
    plan : Governance
    groups : tuple of str
    whose : callable
        The people of case ids.
    draws : Draws
    """

    def __init__(
        self,
        plan: Governance,
        groups: tuple[str, ...],
        whose: Callable[[Ints], Ints],
        draws: Draws,
    ) -> None:
        self.plan, self.whose, self.counts = plan, whose, Counts(groups)
        self.requests = None
        if plan.erasure is not None:
            self.requests = Requests(habits(plan.erasure, groups), draws)
        self.any = plan.retention is not None or self.requests is not None
        self.learned = Learned()
        self._start()

    def _start(self) -> None:
        """Nothing has happened in this round yet."""
        self._asked = self._done = Table(_NOBODY, _NOBODY, _NOBODY, _NOBODY)
        self._rows = self._expired = self._hit = 0

    def clean(self, sim: Simulation, t: int) -> None:
        """Carry out what is due, if the round is one of a clean-up."""
        self._start()
        if not self.any or t % self.plan.every:
            return
        keep = self.plan.retention
        before = 0 if keep is None else max(t - keep, 0)
        if self.requests is not None:
            self._done = self.requests.due(t)
        people = np.unique(self._done.person)
        if before:
            self._expire(sim, t, before)
        if people.size and self.requests is not None:
            self._erase(sim, t, people, self.requests)
        if gone := Gone(before, people, self.whose):
            sim.tell("on_gone", t, gone)

    def _expire(self, sim: Simulation, t: int, before: int) -> None:
        """What opened before a round goes."""
        self._expired, labels = _take(sim, Gone(before, _NOBODY, self.whose))
        why = f"opened before round {before}, kept for {self.plan.retention} rounds"
        sim.event("expired", t, reason=why, rows=self._expired, labels=labels, before=before)

    def _erase(self, sim: Simulation, t: int, people: Ints, requests: Requests) -> None:
        """What is about these people goes; who they are is not told."""
        self._rows, labels = _take(sim, Gone(0, people, self.whose))
        before = self.learned.erased(sim.version)
        self.learned.erase(people)
        self._hit = self.learned.erased(sim.version) - before
        late = int(requests.late(self._done, t).sum())
        waits = Counter((t - self._done.asked).tolist())
        sim.event(
            "erased", t, reason=f"{people.size} people had asked, {late} too late",
            rows=self._rows, people=int(people.size), labels=labels, live=self._hit, late=late,
            waits={str(n): waits[n] for n in sorted(waits)},
            receipts=requests.receipts(self._done),
        )  # fmt: skip

    def decided(self, cases: Cases, t: int, no: bool) -> None:
        """A round's decisions are known to those they are about; `no`: whether 0 is a refusal."""
        if self.requests is not None:
            refused = (cases.actions == BAD) & no
            self._asked = self.requests.ask(t, self.whose(cases.ids), cases.group, refused)

    def due(self) -> str | None:
        """The reason to refit after an erasure of this round, or None."""
        if self.plan.erasure is None or not self.plan.erasure.refit or not self._hit:
            return None
        return f"erasure: {self._hit} rows that the live version learned from are erased"

    def figures(self, version: int, t: int) -> Observed:
        """See `loopsim.governance.office.Governed.figures`."""
        figures: Observed = {}
        if self.requests is not None:
            of, waiting = self.counts.of, self.requests.waiting
            figures = {
                "erasure.asked": of(self._asked.group),
                "erasure.done": of(self._done.group),
                "erasure.waiting": of(waiting.group),
                "erasure.overdue": of(waiting.group[self.requests.late(waiting, t)]),
                "erasure.rows": self.counts.alone(self._rows),
                "erasure.live": self.counts.alone(self.learned.erased(version)),
            }
        if self.plan.retention is not None:
            figures["retention.rows"] = self.counts.alone(self._expired)
        return figures

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        held = {} if self.requests is None else self.requests.state()
        return held | self.learned.state()

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        if self.requests is not None:
            self.requests.restore(state)
        self.learned.restore(state)


def habits(plan: Erasure, groups: tuple[str, ...]) -> Habits:
    """Who asks, by group."""
    ask = rate(plan.ask, groups)
    refused = ask if plan.refused is None else rate(plan.refused, groups)
    return Habits(ask, refused, plan.delay, plan.law == "geometric", plan.deadline)


def _take(sim: Simulation, gone: Gone) -> tuple[int, int]:
    """Take rows out of the training memory and of the waiting labels; how many of each."""
    rows = sim.memory.erase(lambda rows: gone.rows(rows.opened, rows.ids))
    return rows, sim.log.erase(lambda batch: gone.predictions(batch.prediction_id))
