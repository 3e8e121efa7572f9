"""The office of governance: whose rows may be kept, what has to go, and which limits hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.costs import Meter
from loopsim.draws import Draws
from loopsim.environments.base import Environment, form, persons
from loopsim.feedback import LabelBatch
from loopsim.governance.base import Office
from loopsim.governance.columns import ungrouped
from loopsim.governance.consent import Consent, rate
from loopsim.governance.counts import Counts, Observed
from loopsim.governance.leaving import Leaving
from loopsim.governance.watched import Watched

if TYPE_CHECKING:
    from loopsim.scenario_governance import Governance
    from loopsim.simulation import Simulation

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_ENTITY = (1 << ENTITY_BITS) - 1


class Governed(Office):
    """The office that a scenario's ``governance`` section describes.

    What keeps rows (training, a gate's evidence, monitors and their references) sees those who
    consent alone; what only counts (the dashboard) sees everybody. Erasure and retention take rows
    out of the training memory, the waiting labels and the log.

    Parameters
    ----------
    plan : Governance
    world : Environment
    draws : Draws
    """

    def __init__(self, plan: Governance, world: Environment, draws: Draws) -> None:
        super().__init__(world)
        self.plan, self.hidden, self.counts = plan, plan.sensitive, Counts(world.groups)
        self.schema = world.schema.without(plan.sensitive)
        self._at = (
            None if len(self.schema) == len(world.schema) else world.schema.places(self.schema)
        )
        self.whose = partial(persons, world)
        self.answers = form(world) == "yes-no"
        self.consent = Consent(rate(plan.consent, world.groups), draws)
        self.withheld = 0  # decisions since the last fit that it could not read
        self.leaving = Leaving(plan, world.groups, self.whose, draws)
        self.erases = self.leaving.any
        self.watched = Watched(plan, world.groups)
        self.meter = Meter() if self.watched.costs else None

    # -- who may be kept, and what may be seen -------------------------------------------------

    def willing(self, people: Ints, group: NDArray[Any]) -> Mask | None:
        """See `Office.willing`."""
        return self.consent.given(people, group) if self.consent.asked else None

    def allowed(self, cases: Cases) -> Mask | None:
        """See `Office.allowed`."""
        return self.willing(self.whose(cases.ids), cases.group)

    def of_labels(self, t: int, batch: LabelBatch) -> LabelBatch:
        """See `Office.of_labels`."""
        if self.meter is not None:
            self.meter.came(len(batch))
        kept = self.willing(self.whose(batch.prediction_id & _ENTITY), batch.group)
        return batch if kept is None else batch.take(kept)

    def of_cases(self, cases: Cases) -> Cases:
        """See `Office.of_cases`."""
        kept = self.allowed(cases)
        cases = cases if kept is None else cases.take(kept)
        return cases if self._at is None else cases.with_features(self.left(cases.features))

    def left(self, features: Any) -> Any:
        """See `Office.left`."""
        return features if self._at is None else features[:, self._at]

    def seen(self, observed: Observed) -> Observed:
        """See `Office.seen`."""
        return ungrouped(observed) if "group" in self.hidden else observed

    # -- what leaves, and what models learned of it --------------------------------------------

    def clean(self, sim: Simulation, t: int) -> None:
        """See `Office.clean`."""
        self.leaving.clean(sim, t)

    def decided(self, sim: Simulation, t: int) -> None:
        """See `Office.decided`."""
        self.leaving.decided(sim.cases, t, self.answers)

    def due(self) -> str | None:
        """See `Office.due`."""
        return self.leaving.due()

    def fitted(self, sim: Simulation, t: int, ids: Ints) -> None:
        """See `Office.fitted`."""
        if self.leaving.requests is not None:
            goes_on = getattr(sim.model, "incremental", False)
            self.leaving.learned.fitted(t, self.whose(ids), sim.version if goes_on else None)
        if self.withheld:
            why = "decisions since the last fit that it may not read: no consent"
            sim.event("withheld", t, reason=why, rows=self.withheld)
            self.withheld = 0

    def live(self, version: int, since: int) -> None:
        """See `Office.live`."""
        if self.leaving.requests is not None:
            self.leaving.learned.live(version, since)

    def back(self, version: int, before: int) -> None:
        """See `Office.back`."""
        if self.leaving.requests is not None:
            self.leaving.learned.back(version, before)

    # -- figures and limits --------------------------------------------------------------------

    def figures(self, sim: Simulation, t: int) -> Observed:
        """See `Office.figures`; only those of what the section names.

        ``consent.withheld``: decisions of this round that training may not read.
        ``erasure.asked``, ``.done``, ``.waiting``, ``.overdue``: people. ``erasure.rows``: training
        rows erased in this round; ``erasure.live``: rows that the live version learned from and
        that have been erased since. ``retention.rows``: training rows that were too old.
        ``memory.rows``, ``memory.good``: labels in the training memory, and the share that is good.
        ``cost.refits`` and so on, where a limit names a cost.
        """
        figures: Observed = {}
        if self.consent.asked:
            figures["consent.withheld"] = self._withheld(sim.cases)
        figures |= self.leaving.figures(sim.version, t)
        if self.consent.asked or self.erases:
            figures |= self._memory(sim, t)
        if self.meter is not None:
            spent = self.meter.round(sim)
            figures |= {f"cost.{name}": self.counts.alone(spent[name]) for name in spent}
        return figures

    def _withheld(self, cases: Cases) -> NDArray[np.float64]:
        kept = self.allowed(cases)
        assert kept is not None
        self.withheld += int((~kept).sum())
        return self.counts.of(cases.group[~kept])

    def _memory(self, sim: Simulation, t: int) -> Observed:
        rows, good = sim.memory.labels(t, len(self.counts.groups))
        every, all_good = np.r_[rows.sum(), rows], np.r_[good.sum(), good]
        share = np.divide(all_good, every, out=np.full(every.size, np.nan), where=every > 0)
        return {"memory.rows": every, "memory.good": share}

    def hold(self, sim: Simulation, t: int, observed: Observed) -> None:
        """See `Office.hold`."""
        for limit, value in self.watched.broken(observed):
            told = f"{limit.mix.text} = {value:.4g}, limit: {limit.text}"
            sim.event("breach", t, reason=told, rows=0, limit=limit.text, value=round(value, 9))

    # -- checks and checkpoints ----------------------------------------------------------------

    def faults(self, sim: Simulation, known: Iterable[str]) -> Iterable[tuple[str, str]]:
        """See `Office.faults`."""
        yield from self.plan.unknown_groups(sim.world.groups)
        yield from self.plan.unknown_columns(sim.world.schema.names)
        mine = ["consent.withheld"] if self.consent.asked else []
        mine += getattr(sim.desk, "figure_names", ())
        mine += ["memory.rows", "memory.good"] if self.consent.asked or self.erases else []
        yield from self.watched.faults((*known, *mine, *self.leaving.figures(0, 0)))
        of_people = self.consent.asked or self.leaving.requests is not None
        if of_people and hasattr(sim.world, "ids") and not hasattr(sim.world, "person"):
            told = "the world gives cases ids of its own and does not say whose they are (`person`)"
            yield "governance", told

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Office.state`."""
        return self.leaving.state() | {"withheld": np.array(self.withheld)}

    def restore(self, state: Mapping[str, NDArray[Any]], sim: Simulation) -> None:
        """See `Office.restore`."""
        self.leaving.restore(state)
        self.withheld = int(state["withheld"])
        if self.meter is not None:
            self.meter.so_far = sim.fits, max(len(sim.versions), 1)


def office(plan: Governance | None, world: Environment, draws: Draws) -> Office:
    """The office of a run; without a plan one that has no rules."""
    return Office(world) if plan is None else Governed(plan, world, draws)
