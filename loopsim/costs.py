"""What a run costs, round by round."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loopsim.simulation import Simulation

COSTS = {
    "refits": "candidates fitted, live or not",
    "versions": "models that went live",
    "labels": "labels that came",
    "decisions": "decisions taken",
    "reviews": "decisions that somebody reviewed",
    "review_hours": "working hours of reviewers",
}


@dataclass
class Meter:
    """Counts what each round costs; an observer of a run, or a part of one.

    Attributes
    ----------
    rounds : list of dict
        Of an observer: the costs of each round.
    so_far : (int, int)
        Refits and versions before the round.
    """

    rounds: list[dict[str, float]] = field(default_factory=list)
    so_far: tuple[int, int] = (0, 1)
    _labels: int = 0

    def came(self, labels: int) -> None:
        """So many labels came in this round."""
        self._labels = labels

    def round(self, sim: Simulation) -> dict[str, float]:
        """What the round has cost, once its decisions are taken; the next one starts."""
        counts = sim.fits, max(len(sim.versions), 1)
        refits, versions = (a - b for a, b in zip(counts, self.so_far, strict=True))
        reviews, hours = 0, 0.0
        if sim.desk is not None:
            reviews, hours = sim.reviews.at.size, float(sim.reviews.rows().minutes.sum()) / 60
        spent = (refits, versions, self._labels, len(sim.cases), reviews, hours)
        self.so_far, self._labels = counts, 0
        return dict(zip(COSTS, map(float, spent), strict=True))

    def on_labels(self, sim: Simulation, t: int, batch: Any) -> None:
        """Labels came."""
        self.came(len(batch))

    def on_round(self, sim: Simulation, t: int, cases: Any, outcomes: Any) -> None:
        """The round is over: write it down."""
        self.rounds.append(self.round(sim))
