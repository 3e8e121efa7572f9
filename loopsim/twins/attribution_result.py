"""What an attribution showed: shares of the change, with intervals over seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.twins import games
from loopsim.twins.statistics import bootstrap_t, holm, p_value, paired_t, ratio


@dataclass(frozen=True, eq=False)
class Attribution:
    """A change in a metric, shared out over loops.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    loops : tuple of str
    left_out : dict
        Loops that cannot matter in the scenario, and why.
    metrics : tuple of str
    group : str
        Whose metric.
    window : int
        Values are means over that many last rounds.
    values : DataFrame
        Columns seed, closed (names joined by ``+``), metric, value: every run that was made.
    orders : dict
        Of each seed the orders of joining that were drawn; None where all combinations were run.
    """

    name: str
    hash: str
    loops: tuple[str, ...]
    left_out: dict[str, str]
    metrics: tuple[str, ...]
    group: str
    window: int
    values: pd.DataFrame
    orders: dict[int, NDArray[np.int64] | None] = field(default_factory=dict)

    @property
    def seeds(self) -> list[int]:
        """Of the runs."""
        return [int(seed) for seed in self.values["seed"].unique()]

    @cached_property
    def _shares(self) -> dict[str, list[games.Shares]]:
        return {metric: [self._share(metric, s) for s in self.seeds] for metric in self.metrics}

    def _share(self, metric: str, seed: int) -> games.Shares:
        value, orders = self._game(metric, seed), self.orders.get(seed)
        if orders is None:
            return games.exact(value, len(self.loops))
        return games.sampled(value, orders)

    @cached_property
    def _runs(self) -> dict[tuple[str, int, str], float]:
        columns = (self.values[name] for name in ("metric", "seed", "closed", "value"))
        return {(m, int(s), c): float(v) for m, s, c, v in zip(*columns, strict=True)}

    def _game(self, metric: str, seed: int) -> games.Value:
        def value(closed: frozenset[int]) -> float:
            return self._runs[metric, seed, "+".join(self.loops[i] for i in sorted(closed))]

        return value

    def shapley(self, metric: str) -> NDArray[np.float64]:
        """(seeds, loops) each loop's share; a row adds up to that seed's total."""
        return np.array([share.shapley for share in self._shares[metric]])

    def parts(self, metric: str) -> NDArray[np.float64]:
        """(seeds, loops, loops) effects alone on the diagonal, interactions of pairs beside it."""
        return np.array([share.parts for share in self._shares[metric]])

    def ends(self, metric: str) -> NDArray[np.float64]:
        """(seeds, 2) what the metric ends at with all of the loops closed, and with all cut."""
        everybody = frozenset(range(len(self.loops)))
        games_ = [self._game(metric, seed) for seed in self.seeds]
        return np.array([[game(everybody), game(frozenset())] for game in games_])

    @cached_property
    def totals(self) -> pd.DataFrame:
        """A row a metric: closed, cut, total and its intervals."""
        rows = []
        for metric in self.metrics:
            closed, cut = self.ends(metric).T
            facts = {"metric": metric, "closed": closed.mean(), "cut": cut.mean()}
            rows.append(facts | _interval("total", closed - cut))
        return _adjusted(pd.DataFrame(rows))

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a metric and loop: its Shapley value, its share of the total, its effect alone.

        Each has its 95% interval over seeds (t; the bootstrap's beside it; Fieller's for the share,
        which is unknown where the total cannot be told from 0). `p_holm` is adjusted for all rows.
        """
        rows = []
        for metric in self.metrics:
            shapley, total = self.shapley(metric), -np.diff(self.ends(metric))[:, 0]
            for i, loop in enumerate(self.loops):
                facts = {"metric": metric, "loop": loop} | _interval("shapley", shapley[:, i])
                share = ratio(shapley[:, i], total)
                share = share if np.isfinite(share[1]) else (np.nan,) * 3
                facts |= dict(zip(("share", "share_low", "share_high"), share, strict=True))
                alone = paired_t(self.parts(metric)[:, i, i])
                facts |= dict(zip(("alone", "alone_low", "alone_high"), alone, strict=True))
                rows.append(facts)
        return _adjusted(pd.DataFrame(rows))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """A row a metric and pair of loops: their interaction, with intervals as in `table`."""
        rows = []
        for metric in self.metrics:
            parts = self.parts(metric)
            for i, j in combinations(range(len(self.loops)), 2):
                both = {"metric": metric, "loop": self.loops[i], "other": self.loops[j]}
                rows.append(both | _interval("interaction", parts[:, i, j]))
        columns = ["metric", "loop", "other", *_interval("interaction", np.zeros(2))]
        return _adjusted(pd.DataFrame(rows, columns=columns))

    def figure(self, path: str | Path) -> Path:
        """Draw shares and interactions of the first three metrics, as PNG."""
        from loopsim.twins.attribution_figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (unknown is None)."""
        return {
            "name": self.name,
            "hash": self.hash,
            "loops": list(self.loops),
            "left_out": self.left_out,
            "group": self.group,
            "window": self.window,
            "seeds": self.seeds,
            "totals": plain(self.totals),
            "shapley": plain(self.table),
            "interactions": plain(self.pairs),
        }


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries for JSON: what is not finite is None."""
    rows = frame.to_dict("records")
    return [{str(k): _plain(v) for k, v in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def _interval(name: str, values: NDArray[np.float64]) -> dict[str, float]:
    mean, low, high = paired_t(values)
    _, boot_low, boot_high = bootstrap_t(values)
    return {
        name: mean, "low": low, "high": high, "boot_low": boot_low, "boot_high": boot_high,
        "p": p_value(values),
    }  # fmt: skip


def _adjusted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(p_holm=holm(frame["p"].to_numpy(dtype=float)))
