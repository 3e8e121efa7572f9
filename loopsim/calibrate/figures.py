"""The page's figures, one style, readable without colour vision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.faithfulness import Faithfulness
from loopsim.calibrate.table import Table
from loopsim.calibrate.yardsticks import reliability
from loopsim.environments.lending.scorecard import Scorecard

Floats = NDArray[np.float64]

DATA, WORLD, OTHER, PALE = "#1b1b1b", "#0072b2", "#d55e00", "#c9c9c9"  # Okabe and Ito's
GROUPS = (WORLD, OTHER, "#009e73", "#cc79a7", "#e69f00", "#56b4e9", DATA)
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8a8a8a",
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelcolor": "#444444",
    "xtick.color": "#666666",
    "ytick.color": "#666666",
    "legend.frameon": False,
    "figure.dpi": 110,
    "savefig.bbox": "tight",
}
CURVES = 6  # groups drawn, the largest ones


def draw_calibration(
    to: Path, table: Table, unseen: Floats, boosting: Floats, faith: Faithfulness
) -> None:
    """Reliability of the law, over all and by group, and each group's share in data and world."""
    order = sorted(faith.groups, key=lambda g: -g.rows)[:CURVES]
    several = len(table.groups) > 1
    parts = [("everybody", np.ones(len(table), dtype=bool))]
    if several:
        parts += [(g.group, table.group == table.groups.index(g.group)) for g in order]
    with Panels(to, len(parts) + 1, 4, (2.9, 2.7)) as axes:
        for i, (name, inside) in enumerate(parts):
            _reliability(axes[i], table.good[inside], unseen[inside], boosting[inside], i == 0)
            axes[i].set_title(f"{name} ({int(inside.sum()):,} rows)")
        _repaid(axes[len(parts)], faith)


def _reliability(
    axis: Any, good: NDArray[np.int8], unseen: Floats, boosting: Floats, legend: bool
) -> None:
    axis.plot([0, 1], [0, 1], color=PALE, lw=1, zorder=0)
    other = reliability(good, boosting)
    axis.plot(other.predicted, other.observed, color=OTHER, lw=1, ls="--", label="boosting")
    curve = reliability(good, unseen)
    bars = np.maximum([curve.observed - curve.low, curve.high - curve.observed], 0.0)
    axis.errorbar(
        curve.predicted, curve.observed, yerr=bars, fmt="o", ms=4, lw=1.2, color=WORLD, label="law"
    )
    low = max(0.0, min(curve.low.min(), curve.predicted.min(), other.observed.min()) - 0.03)
    axis.set(xlim=(low, 1.01), ylim=(low, 1.01), xlabel="predicted P(repay)", ylabel="share repaid")
    if legend:
        axis.legend(loc="upper left")


def _repaid(axis: Any, faith: Faithfulness) -> None:
    y = np.arange(len(faith.groups))[::-1]
    low, high = [g.low for g in faith.groups], [g.high for g in faith.groups]
    axis.hlines(y, low, high, color=DATA, lw=2.5, label="data, 95%")
    axis.plot([g.data for g in faith.groups], y, "|", ms=12, mew=2, color=DATA)
    axis.plot([g.law for g in faith.groups], y, "s", ms=6, mfc="none", color=OTHER, label="law")
    axis.plot([g.world for g in faith.groups], y, "o", ms=5, color=WORLD, label="world")
    axis.set_yticks(y, [g.group for g in faith.groups])
    axis.set_ylim(-0.6, len(y) + 0.4)
    axis.set(xlabel="share repaid", title="Who repays, by group")
    axis.legend(loc="upper center", ncols=3, columnspacing=1, handletextpad=0.3)


def draw_marginals(to: Path, table: Table, world: Floats) -> None:
    """A small histogram a feature: data as bars, the world as a line."""
    with Panels(to, len(table.schema), 5, (2.2, 1.55)) as axes:
        for j, name in enumerate(table.schema.names):
            axis, levels = axes[j], table.schema.levels.get(name)
            data, made = table.features[:, j], world[:, j]
            edges = _edges(data, levels)
            heights = [np.histogram(x[~np.isnan(x)], edges)[0] / len(x) for x in (data, made)]
            axis.stairs(heights[0], edges, fill=True, color=PALE, label="data")
            axis.stairs(heights[1], edges, color=WORLD, lw=1.2, label="world")
            gone = float(np.isnan(data).mean())
            axis.set_title(_short(name) + (f"  ({gone:.0%} missing)" if gone else ""), fontsize=7.5)
            axis.set_yticks([])
            axis.tick_params(labelsize=6.5)
            axis.locator_params(axis="x", nbins=4)
            _ticks(axis, levels)
        axes[0].legend(fontsize=7)


def _edges(data: Floats, levels: tuple[str, ...] | None) -> Floats:
    if levels:
        return np.arange(len(levels) + 1, dtype=np.float64) - 0.5
    present = data[~np.isnan(data)]
    low, high = np.quantile(present, [0.005, 0.995])
    if np.all(present == np.floor(present)) and high - low <= 30:
        return np.arange(low - 0.5, high + 1.0)
    return np.linspace(low, high if high > low else low + 1.0, 31)


def draw_law(to: Path, law: Scorecard, table: Table) -> None:
    """The scorecard itself: the points of every feature, those that matter most first."""
    spread = [np.std(law.points(table.features, j)) for j in range(len(law.terms))]
    groups = table.groups if len(law.intercept) > 1 else ("law",)
    with Panels(to, len(law.terms), 5, (2.2, 1.55), sharey=True) as axes:
        for axis, j in zip(axes, np.argsort(spread)[::-1], strict=False):
            _points(axis, law, table, j, groups)
        if len(groups) > 1:
            axes[0].legend(fontsize=6.5)
        for axis in axes[::5]:
            axis.set_ylabel("log-odds", fontsize=7)


def _points(axis: Any, law: Scorecard, table: Table, j: int, groups: tuple[str, ...]) -> None:
    """One feature: a line a group, or dots for a category; dashed for a missing value."""
    term, levels = law.terms[j], law.terms[j].levels or None
    middle = float(np.mean(law.points(table.features, j)))
    gaps = bool(np.isnan(table.features[:, j]).any())
    for g, name in enumerate(groups):
        style = {"color": GROUPS[g % len(GROUPS)], "lw": 1.2}
        axis.plot(np.array(term.points[g]) - middle, "o" if levels else ".-", ms=4, **style)
        axis.plot([], [], label=name, **style)
        if gaps:
            axis.axhline(term.missing[g] - middle, ls="--", **style)
    axis.axhline(0, color=PALE, lw=0.8, zorder=0)
    axis.set_title(_short(term.feature), fontsize=7.5)
    axis.tick_params(labelsize=6.5)
    last = len(term.knots) - 1
    some = sorted({0, last // 3, 2 * last // 3, last}) if term.knots else []
    axis.set_xticks(some, [_compact(term.knots[k]) for k in some])
    _ticks(axis, levels)


def _compact(x: float) -> str:
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if abs(x) >= 10 * size or abs(x) >= 1e6:
            return f"{x / size:.3g}{unit}"
    return f"{x:.4g}"


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _ticks(axis: Any, levels: tuple[str, ...] | None) -> None:
    if levels and len(levels) <= 5:
        axis.set_xticks(range(len(levels)), [_short(level, 9) for level in levels], fontsize=6)


class Panels:
    """A grid of axes that is saved when left, without touching anybody's pyplot."""

    def __init__(
        self, to: Path, count: int, most: int, size: tuple[float, float], sharey: bool = False
    ) -> None:
        self.to, self.count = to, count
        self.columns = min(most, count)
        self.rows = -(-count // self.columns)
        self.size, self.sharey = size, sharey

    def __enter__(self) -> list[Any]:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.style = matplotlib.rc_context(STYLE)
        self.style.__enter__()
        width, height = self.size[0] * self.columns, self.size[1] * self.rows
        self.figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self.figure)
        grid = self.figure.subplots(self.rows, self.columns, squeeze=False, sharey=self.sharey)
        axes = list(grid.flat)
        for axis in axes[self.count :]:
            axis.set_visible(False)
        return axes

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        try:
            if kind is None:
                self.figure.savefig(self.to, metadata={"Software": None})
        finally:
            self.style.__exit__(None, None, None)
