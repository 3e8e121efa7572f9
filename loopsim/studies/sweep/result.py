"""What a sweep showed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.twins.attribution_result import plain
from loopsim.twins.statistics import holm, p_value, paired_t

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sweep:
    """Metrics at points of parameters, over the same seeds at each.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    parameters : tuple of str
        Key paths.
    points : tuple of dict
    metrics : tuple of str
    window : int
        Last rounds in a mean.
    runs : DataFrame
        A row a point and seed; see `loopsim.evaluate`.
    confidence : float
        Of each interval by itself.
    stopped : str
        Why no more seeds were run, if that was asked.
    """

    name: str
    hash: str
    parameters: tuple[str, ...]
    points: tuple[dict[str, Any], ...]
    metrics: tuple[str, ...]
    window: int
    runs: pd.DataFrame
    confidence: float = 0.95
    stopped: str = ""

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds that were run somewhere."""
        return tuple(sorted(self.runs["seed"].unique().tolist()))

    @property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, and why."""
        return self.runs[self.runs["error"] != ""]

    def of(self, point: int, metric: str) -> pd.Series:
        """One metric at one point, by seed."""
        mine = self.runs[self.runs["point"] == point]
        return pd.Series(mine[metric].to_numpy(), index=mine["seed"].to_numpy())

    def against_first(self, point: int, metric: str) -> Floats:
        """(seeds,) a metric at a point less the same at the first point, seed by seed."""
        here, first = self.of(point, metric), self.of(0, metric)
        return (here - first).dropna().to_numpy(dtype=np.float64)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a point and metric.

        The parameters; ``metric``; ``mean``, ``low`` and ``high`` (Student's t over seeds);
        ``change`` from the first point, with ``change_low`` and ``change_high`` (paired over seeds:
        noise that both share falls out), ``p_holm`` (adjusted for all rows); ``seeds``.
        """
        rows = [self._row(point, metric) for metric in self.metrics for point in self._numbers]
        table = pd.DataFrame(rows)
        return table.assign(p_holm=holm(table.pop("p").to_numpy(dtype=np.float64)))

    @property
    def _numbers(self) -> range:
        return range(len(self.points))

    def _row(self, point: int, metric: str) -> dict[str, Any]:
        values = self.of(point, metric).to_numpy(dtype=np.float64)
        change = self.against_first(point, metric) if point else np.empty(0)
        mean, low, high = paired_t(values, self.confidence)
        by, by_low, by_high = paired_t(change, self.confidence)
        return {
            **self.points[point], "metric": metric, "mean": mean, "low": low, "high": high,
            "change": by, "change_low": by_low, "change_high": by_high,
            "p": p_value(change), "seeds": int(np.isfinite(values).sum()),
        }  # fmt: skip

    def figure(self, path: str | Path) -> Path:
        """Draw the metrics over the parameters, as PNG."""
        from loopsim.studies.sweep.figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (unknown is None)."""
        return {
            "name": self.name, "hash": self.hash, "parameters": list(self.parameters),
            "metrics": list(self.metrics), "window": self.window, "confidence": self.confidence,
            "seeds": list(self.seeds), "runs": len(self.runs), "failed": len(self.failed),
            "stopped": self.stopped, "points": plain(self.table),
        }  # fmt: skip
