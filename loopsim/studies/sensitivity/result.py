"""What a sensitivity analysis showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loopsim.twins.attribution_result import plain

MAIN = {"morris": "mu_star", "sobol": "ST"}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Indices of parameters, for metrics that are means over paired seeds.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    method : str
        ``"morris"`` or ``"sobol"``.
    parameters : mapping from key path to what it ranged over
    metrics : tuple of str
    samples : int
        Trajectories, or rows of Sobol's sequence.
    window : int
        Last rounds in a mean.
    points : int
        Different points that were run.
    runs : DataFrame
        A row a point and seed; see `loopsim.evaluate`.
    table : DataFrame
        A row a metric, index and parameter: ``value``, its 95% interval from ``low`` to ``high``,
        and the halves of intervals that it comes from: over ``points`` and over ``seeds``.

        Morris, in units of the metric for a step over the whole range: ``mu_star``, ``mu``,
        ``sigma``, and ``sigma_by_seeds``, the sigma that noise of seeds alone would give. Sobol,
        as shares of the variance over the ranges: ``ST``, ``S1`` and, of pairs, ``S2``.
    noise : DataFrame
        A row a metric: the shares of the variance between single runs that are due to
        ``parameters``, to ``seeds`` (alike at every point) and to ``both``; ``left``, the share of
        noise in the means that the indices are of; ``left_out``, blocks of the design that were not
        known whole.
    """

    name: str
    hash: str
    method: str
    parameters: Mapping[str, str]
    metrics: tuple[str, ...]
    samples: int
    window: int
    points: int
    runs: pd.DataFrame
    table: pd.DataFrame
    noise: pd.DataFrame

    @property
    def main(self) -> str:
        """The index that ranks: ``mu_star`` or ``ST``."""
        return MAIN[self.method]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of every point."""
        return tuple(sorted(self.runs["seed"].unique().tolist()))

    @property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, and why."""
        return self.runs[self.runs["error"] != ""]

    def of(self, metric: str, index: str) -> pd.DataFrame:
        """One index of one metric, a row a parameter."""
        at = (self.table["metric"] == metric) & (self.table["index"] == index)
        return self.table[at].set_index("parameter")

    def ranked(self, metric: str) -> pd.DataFrame:
        """The index that ranks, the largest first."""
        return self.of(metric, self.main).sort_values("value", ascending=False, kind="stable")

    def idle(self, metric: str) -> list[str]:
        """Parameters that change nothing at all: runs with the same seed are the same."""
        if self.method == "sobol" and self.of(metric, "ST")["value"].isna().all():
            return [] if np.isnan(self._lowest(metric)) else list(self.parameters)
        rows = self.of(metric, self.main)
        return list(rows.index[rows["value"] == 0.0])

    def unclear(self, metric: str) -> list[str]:
        """Parameters whose index could be 0, by its interval, or by the noise that is left."""
        rows, idle = self.of(metric, self.main), self.idle(metric)
        if self.method == "sobol":
            floor = float(self.noise.set_index("metric").loc[metric, "left"])
            floors = np.full(len(rows), floor)
        else:
            floors = self.of(metric, "sigma_by_seeds")["value"].reindex(rows.index).to_numpy()
        doubt = (rows["low"] <= 0.0) | (rows["value"] <= floors)
        return [name for name in rows.index[doubt] if name not in idle]

    def _lowest(self, metric: str) -> float:
        return float(self.runs[metric].min())

    def figure(self, path: str | Path) -> Path:
        """Draw the indices with their intervals and the noise, as PNG."""
        from loopsim.studies.sensitivity.figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (unknown is None)."""
        return {
            "name": self.name, "hash": self.hash, "method": self.method,
            "parameters": dict(self.parameters), "metrics": list(self.metrics),
            "samples": self.samples, "points": self.points, "window": self.window,
            "seeds": list(self.seeds), "runs": len(self.runs), "failed": len(self.failed),
            "indices": plain(self.table), "noise": plain(self.noise),
        }  # fmt: skip
