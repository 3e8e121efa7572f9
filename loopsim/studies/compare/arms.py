"""One run of a comparison: the figures that are asked for, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.scenario import Scenario
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation

Floats = NDArray[np.float64]
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
    """An observer that counts what a run costs, round by round."""

    rounds: list[dict[str, float]] = field(default_factory=list)
    _labels: int = 0
    _reviews: int = 0
    _minutes: float = 0.0
    _so_far: tuple[int, int] = (0, 1)

    def on_labels(self, sim: Simulation, t: int, batch: Any) -> None:
        """Labels came."""
        self._labels = len(batch)

    def on_reviews(self, sim: Simulation, t: int, reviews: Any, advised: Any) -> None:
        """People looked at cases."""
        self._reviews, self._minutes = reviews.at.size, float(reviews.rows().minutes.sum())

    def on_round(self, sim: Simulation, t: int, cases: Any, outcomes: Any) -> None:
        """The round is over: write it down, and start the next."""
        counts = sim.fits, max(len(sim.versions), 1)
        refits, versions = (a - b for a, b in zip(counts, self._so_far, strict=True))
        spent = (refits, versions, self._labels, len(cases), self._reviews, self._minutes / 60)
        self.rounds.append(dict(zip(COSTS, map(float, spent), strict=True)))
        self._so_far, self._labels, self._reviews, self._minutes = counts, 0, 0, 0.0


def live(
    scenario: Scenario, names: tuple[str, ...], rounds: int | None = None
) -> dict[str, Floats]:
    """Run it in memory; (rounds,) every figure by name, costs too."""
    meter = Meter()
    sim = Simulation(scenario, [meter]).run(rounds)
    paths = {f"cost.{c}": np.array([r[c] for r in meter.rounds]) for c in COSTS}
    for name in names:
        ledger, metric, group = parts(name)
        if ledger != "cost":
            paths[name] = sim.series.values(ledger, metric, group)
    return paths


def parts(name: str) -> tuple[str, str, str]:
    """Ledger, metric and group of a figure.

    >>> parts("true.gap.approval"), parts("observed.auc[black]")
    (('true', 'gap.approval', 'all'), ('observed', 'auc', 'black'))
    """
    ledger, _, rest = name.partition(".")
    metric, bracket, group = rest.partition("[")
    return ledger, metric, group.removesuffix("]") if bracket else "all"


def known(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The figures and the groups that a scenario's world shows, after a round of it."""
    sim = Simulation(scenario).run(1)
    shown = [f"{ledger}.{m}" for ledger in LEDGERS for m in sim.series.names(ledger)]
    return (*shown, *(f"cost.{cost}" for cost in COSTS)), sim.series.groups
