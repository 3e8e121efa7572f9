"""A canary: a candidate serves some of the people beside the champion, and both are watched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.draws import Draws, Stream
from loopsim.environments.base import Money
from loopsim.feedback import LabelBatch
from loopsim.identity import Losses
from loopsim.models.version import ModelVersion
from loopsim.retraining.gates.evidence import Evidence

if TYPE_CHECKING:
    from loopsim.retraining.candidate import Candidate
    from loopsim.simulation import Simulation

Floats = NDArray[np.float64]
Metric = Literal["profit", "brier", "accuracy"]
CHAMPION, CANDIDATE = 0, 1
COLUMNS = ("decisions", "labels", "profit", "profit2", "brier", "brier2", "accuracy", "accuracy2")
_ENTITY = (1 << ENTITY_BITS) - 1


def serves(draws: Draws, fitted: int, share: float, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) whom the candidate of round `fitted` serves: the same people in every round.

    >>> who = serves(Draws(1), 8, 0.1, np.arange(1_000_000))
    >>> round(float(who.mean()), 2)
    0.1
    """
    return draws.uniform(Stream.CANARY, fitted, ids) < share


class Canary:
    """Who is served by the candidate, and the observed figures of both arms so far.

    Parameters
    ----------
    number : int
        The candidate's version number.
    fitted, since : int
        The rounds of its fit, and from which on it serves.
    share : float in (0, 1)
    draws : Draws
    money : Money
    """

    def __init__(
        self, number: int, fitted: int, since: int, share: float, draws: Draws, money: Money
    ) -> None:
        self.number, self.fitted, self.since, self.share = number, fitted, since, share
        self.draws, self.money = draws, money
        self.losses: Losses | None = None
        self.sums = np.zeros((2, len(COLUMNS)))

    def mine(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(n,) whom the candidate serves."""
        return serves(self.draws, self.fitted, self.share, ids)

    def see_cases(self, t: int, cases: Cases) -> None:
        """Decisions, by the version that is logged with them."""
        arm = np.asarray(cases.version == self.number, dtype=np.int64)
        self.sums[:, 0] += np.bincount(np.broadcast_to(arm, len(cases)), minlength=2)

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """Outcomes of cases decided since the candidate serves, by the version in the log."""
        batch = batch.take((batch.opened >= self.since) & (batch.kind == 0))
        served = self.mine(batch.prediction_id & _ENTITY)
        arm = (served if self.losses is None else served ^ self.losses.swapped(batch)).astype(int)
        good = batch.label == 1
        worth = np.where(good, self.money.gain, -self.money.loss) - self.money.label
        profit = np.where(batch.action == 1, worth, 0.0)
        brier = -((batch.score - good) ** 2)
        right = np.asarray((batch.action == 1) == good, dtype=np.float64)
        values = (np.ones(len(batch)), profit, profit**2, brier, brier**2, right, right)
        for column, each in enumerate(values, 1):
            self.sums[:, column] += np.bincount(arm, each, minlength=2)

    def figures(self, metric: Metric) -> tuple[Evidence, dict[str, Any]]:
        """The candidate's lead over the champion, and what it rests on.

        Profit is money a decision, of what has come back so far; the others are of the labels (the
        Brier score with its sign turned, so that more is better). The error is Welch's, of two
        independent arms; several cases of one person count as independent, so the interval is
        somewhat too short.
        """
        per = 0 if metric == "profit" else 1
        n, total = self.sums[:, per], self.sums[:, COLUMNS.index(metric)]
        squares = self.sums[:, COLUMNS.index(f"{metric}2")]
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / n
            variance = np.maximum(squares / n - mean**2, 0.0) / (n - 1.0)
        lead = Evidence(float(mean[CANDIDATE] - mean[CHAMPION]), float(np.sqrt(variance.sum())),
                        int(self.sums[:, 1].min()))  # fmt: skip
        told = {
            "metric": metric,
            "champion": float(mean[CHAMPION]),
            "candidate": float(mean[CANDIDATE]),
            "decisions": {"champion": int(self.sums[0, 0]), "candidate": int(self.sums[1, 0])},
            "labels": {"champion": int(self.sums[0, 1]), "candidate": int(self.sums[1, 1])},
        }
        return lead, told

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        when = np.array([self.number, self.fitted, self.since], dtype=np.int64)
        return {"when": when, "share": np.array(self.share), "sums": self.sums}

    @classmethod
    def restored(cls, state: dict[str, NDArray[Any]], draws: Draws, money: Money) -> Canary:
        """The canary that `state` described."""
        number, fitted, since = (int(x) for x in state["when"])
        made = cls(number, fitted, since, float(state["share"]), draws, money)
        made.sums = state["sums"]
        return made


def begin(
    sim: Simulation, t: int, share: float, candidate: Candidate, origin: dict[str, Any]
) -> None:
    """The waiting candidate starts to serve; it gets its number, live or not in the end.

    `origin` is what its lineage says so far.
    """
    number = len(sim.versions) + 1
    sim.canary = Canary(number, candidate.since, t, share, sim.draws, sim.world.money)
    sim.canary.losses = sim.losses
    origin = origin | {"canary": {"since": t, "until": None, "share": share}}
    made = ModelVersion(
        number, t, candidate.rows, candidate.reason, candidate.model, live=False, origin=origin
    )
    sim.versions.append(made)
    sim.tell("on_version", made)
    said = f"version {number} serves {share:.3g} of the cases: {candidate.reason}"
    sim.event("canary", t, reason=said, rows=candidate.rows)


def end(sim: Simulation, t: int, gate: dict[str, Any] | None = None) -> None:
    """Nobody is served by the candidate any longer; if it was one, its record says until when."""
    canary, sim.canary = sim.canary, None
    if canary is None:
        return
    made = sim.versions[canary.number - 1]
    told = made.origin | {"canary": made.origin["canary"] | {"until": t}, "gate": gate}
    sim.versions[canary.number - 1] = replace(made, origin=told)
    if gate is None or gate["answer"] != "admit":
        sim.tell("on_version", sim.versions[canary.number - 1])


def score(sim: Simulation, cases: Cases) -> None:
    """The candidate's scores for those whom it serves, and the version of each case."""
    canary = sim.canary
    if canary is None or sim.pending is None or not len(cases):
        return
    mine, model = canary.mine(cases.ids), sim.pending.model
    cases.version = np.where(mine, canary.number, sim.version).astype(np.int32)
    if getattr(model, "needs_truth", False) or not mine.any():
        return  # an oracle's next version knows no more
    with sim.plugin(model):
        cases.scores = cases.scores.copy()
        cases.scores[mine] = model.score(cases.features[mine])
