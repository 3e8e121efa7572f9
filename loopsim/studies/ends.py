"""What a run ends at: the means of its figures over its last rounds, and what it cost."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.costs import COSTS, Meter
from loopsim.scenario import Scenario
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation

Floats = NDArray[np.float64]
Task = tuple[dict[str, Any], int | None]
_ALONE = ("gap.", "pressure.")  # figures that no group has by itself


def ends(task: Task) -> pd.DataFrame:
    """Run a scenario; columns ledger, metric, group, value: a row a figure.

    Values are means over the rounds, among the last so many, in which a figure is known. Costs
    (refits, labels ...) are means a round too, over everybody.
    """
    plain, last = task
    scenario = Scenario.parse(plain)
    meter = Meter()
    series = Simulation(scenario, [meter]).run().series
    rounds = min(last or scenario.observed.window, scenario.rounds)
    found: list[tuple[str, str, str, float]] = []
    for ledger in LEDGERS:
        means = _known_mean(series.tail(ledger, rounds))
        for name, values in zip(series.names(ledger), means, strict=True):
            groups = series.groups[:1] if name.startswith(_ALONE) else series.groups
            found += [(ledger, name, g, float(v)) for g, v in zip(groups, values, strict=False)]
    for cost in COSTS:
        spent = np.array([spent[cost] for spent in meter.rounds[-rounds:]])
        found.append(("cost", cost, "all", float(spent.mean())))
    return pd.DataFrame(found, columns=["ledger", "metric", "group", "value"])


def _known_mean(values: Floats) -> Floats:
    """Means over the first axis without what is unknown; of nothing known, unknown."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(np.where(np.isfinite(values), values, np.nan), axis=0))
