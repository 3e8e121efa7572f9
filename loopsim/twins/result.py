"""What a cut showed: both arms over rounds, and the paired effect with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.twins.statistics import paired_t

ARMS = ("closed", "cut")


@dataclass(frozen=True)
class CutResult:
    """Closed and cut twins, in pairs over seeds.

    Attributes
    ----------
    name : str
        The scenario's.
    loops : tuple of str
        What was cut.
    metrics : tuple of str
        ``ledger.metric``, as chosen.
    series : DataFrame
        Columns seed, arm, round, ledger, metric, group, value.
    window : int
        An effect is of the means over that many last rounds.
    """

    name: str
    loops: tuple[str, ...]
    metrics: tuple[str, ...]
    series: pd.DataFrame
    window: int

    def paths(self, metric: str, group: str = "all") -> dict[str, pd.DataFrame]:
        """Of one metric, by arm: a row a round, a column a seed."""
        ledger, _, name = metric.partition(".")
        frame = self.series
        mine = frame[
            (frame["ledger"] == ledger) & (frame["metric"] == name) & (frame["group"] == group)
        ]
        return {
            arm: mine[mine["arm"] == arm].pivot(index="round", columns="seed", values="value")
            for arm in ARMS
        }

    def paired(self, metric: str, group: str = "all") -> NDArray[np.float64]:
        """(seeds,) closed less cut, means over the last rounds."""
        paths = self.paths(metric, group)
        ends = [paths[arm].iloc[-self.window :].mean() for arm in ARMS]
        return (ends[0] - ends[1]).to_numpy()

    @cached_property
    def effects(self) -> pd.DataFrame:
        """A row a metric and group: closed, cut, effect, low and high (95%, paired t)."""
        groups = self.series["group"].unique()
        rows = [self._effect(metric, str(group)) for metric in self.metrics for group in groups]
        return pd.DataFrame([row for row in rows if row is not None])

    def _effect(self, metric: str, group: str) -> dict[str, Any] | None:
        paths = self.paths(metric, group)
        if paths["closed"].empty:
            return None
        closed, cut = (float(paths[arm].iloc[-self.window :].mean().mean()) for arm in ARMS)
        effect, low, high = paired_t(self.paired(metric, group))
        ledger, _, name = metric.partition(".")
        return {
            "ledger": ledger, "metric": name, "group": group, "closed": closed, "cut": cut,
            "effect": effect, "low": low, "high": high,
        }  # fmt: skip

    def figure(self, path: str | Path) -> Path:
        """Draw both arms and the paired gap of every chosen metric, as PNG."""
        from loopsim.twins.figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (unknown is None)."""
        rows = self.effects.astype(object).where(self.effects.notna(), None).to_dict("records")
        seeds = [int(seed) for seed in self.series["seed"].unique()]
        return {"name": self.name, "loops": list(self.loops), "seeds": seeds, "effects": rows}
