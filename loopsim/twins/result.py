"""What a cut showed: both arms over rounds, and the paired effect with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.twins.statistics import bootstrap_t, holm, p_value, paired_t

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
    hash : str
        The scenario's; with the seeds in `series` it says which runs these are.
    stopped : str
        Why no further seeds were run.
    """

    name: str
    loops: tuple[str, ...]
    metrics: tuple[str, ...]
    series: pd.DataFrame
    window: int
    hash: str = ""
    stopped: str = ""

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

    def ends(self, metric: str, group: str = "all") -> dict[str, NDArray[np.float64]]:
        """Of each arm, (seeds,) means over the last rounds; NaN in both where one is unknown."""
        paths = self.paths(metric, group)
        first = self.series["round"].max() - self.window + 1
        ends = {arm: paths[arm].loc[first:].mean().to_numpy() for arm in ARMS}
        known = np.isfinite(ends["closed"]) & np.isfinite(ends["cut"])
        return {arm: np.where(known, values, np.nan) for arm, values in ends.items()}

    def paired(self, metric: str, group: str = "all") -> NDArray[np.float64]:
        """(seeds,) closed less cut, means over the last rounds."""
        ends = self.ends(metric, group)
        return ends["closed"] - ends["cut"]

    @cached_property
    def effects(self) -> pd.DataFrame:
        """A row a metric and group, with two 95% intervals of the effect and two p-values.

        `low` and `high` are the paired t interval, `boot_low` and `boot_high` the studentised
        bootstrap's (unknown below five pairs); `p` is the paired t test's, `p_holm` the same
        adjusted for the number of rows (Holm 1979). Intervals are each row's own.
        """
        groups = self.series["group"].unique()
        rows = [self._effect(metric, str(group)) for metric in self.metrics for group in groups]
        frame = pd.DataFrame([row for row in rows if row is not None])
        return frame.assign(p_holm=holm(frame["p"].to_numpy()))

    @property
    def seeds(self) -> list[int]:
        """Of the pairs."""
        return [int(seed) for seed in self.series["seed"].unique()]

    def _effect(self, metric: str, group: str) -> dict[str, Any] | None:
        ends = self.ends(metric, group)
        if not ends["closed"].size:
            return None
        known = np.isfinite(ends["closed"])
        closed, cut = (float(ends[a][known].mean()) if known.any() else np.nan for a in ARMS)
        paired = ends["closed"] - ends["cut"]
        effect, low, high = paired_t(paired)
        _, boot_low, boot_high = bootstrap_t(paired)
        ledger, _, name = metric.partition(".")
        return {
            "ledger": ledger, "metric": name, "group": group, "closed": closed, "cut": cut,
            "effect": effect, "low": low, "high": high, "boot_low": boot_low,
            "boot_high": boot_high, "p": p_value(paired),
        }  # fmt: skip

    def figure(self, path: str | Path) -> Path:
        """Draw both arms and the paired gap of the first four chosen metrics, as PNG."""
        from loopsim.twins.figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (unknown is None)."""
        rows = self.effects.astype(object).where(self.effects.notna(), None).to_dict("records")
        return {
            "name": self.name, "hash": self.hash, "loops": list(self.loops), "seeds": self.seeds,
            "stopped": self.stopped, "effects": rows,
        }  # fmt: skip
