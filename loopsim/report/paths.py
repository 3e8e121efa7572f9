"""The paths of a run: every figure over its rounds."""

from __future__ import annotations

import numpy as np
import pandas as pd


class Paths:
    """Both ledgers, one path a figure.

    Parameters
    ----------
    metrics : DataFrame
        Columns round, ledger, metric, group, value, as `loopsim.runs.Run.metrics` gives them.

    Attributes
    ----------
    groups : tuple of str
        The groups of the world, without "all".

    Examples
    --------
    >>> paths = Paths(pd.DataFrame({"round": [0, 1], "ledger": "true", "metric": "approval",
    ...                             "group": "all", "value": [0.5, float("nan")]}))
    >>> paths.of("true", "approval").tolist(), paths.of("observed", "approval").empty
    ([0.5, nan], True)
    """

    def __init__(self, metrics: pd.DataFrame) -> None:
        keys = ["ledger", "metric", "group"]
        rounds, values = metrics["round"].to_numpy(int), metrics["value"].to_numpy(float)
        found = metrics.groupby(keys, observed=True, sort=False).indices
        self._paths = {
            (str(ledger), str(metric), str(group)): pd.Series(values[at], index=rounds[at])
            for (ledger, metric, group), at in found.items()
        }
        names = dict.fromkeys(group for _, _, group in self._paths)
        self.groups = tuple(name for name in names if name != "all")

    def of(self, ledger: str, metric: str, group: str = "all") -> pd.Series:
        """One figure, indexed by round; empty if there is none or it is never known."""
        path = self._paths.get((ledger, metric, group))
        if path is None or not np.isfinite(path).any():
            return pd.Series(dtype=float)
        return path

    def names(self, ledger: str) -> list[str]:
        """The metrics of a ledger."""
        return list(dict.fromkeys(metric for of, metric, _ in self._paths if of == ledger))
