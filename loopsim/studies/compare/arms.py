"""One run of a comparison: the figures that are asked for, and what it costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.costs import COSTS, Meter
from loopsim.objective import figure
from loopsim.scenario import Scenario
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation

Floats = NDArray[np.float64]


def live(
    scenario: Scenario, names: tuple[str, ...], rounds: int | None = None
) -> dict[str, Floats]:
    """Run it in memory; (rounds,) every figure by name, costs too."""
    meter = Meter()
    sim = Simulation(scenario, [meter]).run(rounds)
    paths = {f"cost.{c}": np.array([r[c] for r in meter.rounds]) for c in COSTS}
    for name in names:
        ledger, metric, group = figure(name)
        if ledger != "cost":
            paths[name] = sim.series.values(ledger, metric, group)
    return paths


def known(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The figures and the groups that a scenario's world shows, after a round of it."""
    sim = Simulation(scenario).run(1)
    shown = [f"{ledger}.{m}" for ledger in LEDGERS for m in sim.series.names(ledger)]
    return (*shown, *(f"cost.{cost}" for cost in COSTS)), sim.series.groups
