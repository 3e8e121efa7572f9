"""The picture of a comparison: objective over rounds, leads with intervals, costs."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.studies.compare.stress import BASE
from loopsim.studies.compare.verdict import lead

if TYPE_CHECKING:
    from loopsim.studies.compare.comparison import Comparison

# After Okabe and Ito (2008); line styles differ too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#882255", "#E69F00", "#56B4E9")
STYLES = ("-", "--", "-.", ":")
MOST = 12  # leads in one picture
BARS = {"cost.refits": "refits", "cost.labels": "labels", "cost.review_hours": "reviewer hours"}


def draw(result: Comparison, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    from matplotlib.figure import Figure

    costs = [cost for cost in BARS if result.table[cost].any()]
    leads = _leads(result)
    tall = max(3.4, 0.8 + 0.36 * len(leads))
    figure = Figure(figsize=(11.5, tall), layout="constrained", dpi=120)
    parts: Any = figure.subfigures(1, 3, width_ratios=(4, 4, 3))
    _paths(parts[0].subplots(), result)
    _forest(parts[1].subplots(), leads)
    bars = parts[2].subplots(max(len(costs), 1), 1, squeeze=False)[:, 0]
    for axis, cost in zip(bars, costs, strict=False):
        _cost(axis, result, cost)
    if not costs:
        bars[0].set_axis_off()
    figure.suptitle(f"{result.objective}, {len(result.seeds)} paired seeds", fontsize=11)
    figure.savefig(path)
    return path


def style(result: Comparison, arm: str) -> dict[str, Any]:
    """How an arm is drawn, here and everywhere."""
    at = result.arms.index(arm)
    return {"color": COLOURS[at % len(COLOURS)], "linestyle": STYLES[at % len(STYLES)]}


def _paths(axis: Any, result: Comparison) -> None:
    from scipy import stats

    for arm in result.arms:
        path = result.paths[BASE, arm]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # rounds in which nothing is known
            mean, spread = np.nanmean(path, axis=0), np.nanstd(path, axis=0, ddof=1)
        n = np.isfinite(path).sum(axis=0)
        reach = np.nan_to_num(
            spread / np.sqrt(np.maximum(n, 1)) * stats.t.ppf(0.975, len(path) - 1)
        )
        look = style(result, arm)
        axis.plot(mean, label=arm, linewidth=1.6, **look)
        rounds = np.arange(mean.size)
        axis.fill_between(
            rounds, mean - reach, mean + reach, color=look["color"], alpha=0.15, linewidth=0
        )
    axis.legend(frameon=False, fontsize=8)
    axis.set_title("objective by round (mean and 95% of the seeds)", fontsize=9)
    axis.set_xlabel("round", fontsize=9)
    axis.xaxis.get_major_locator().set_params(integer=True)
    _plain(axis)


def _leads(result: Comparison) -> list[dict[str, Any]]:
    """The leads that are drawn: all pairs, or those of the leader where they are too many."""
    rows = result.pairs.to_dict("records")
    if len(rows) > MOST:
        leader = str(result.means(BASE).idxmax())
        rivals = [arm for arm in result.arms if arm != leader]
        rows = [lead(result, c, leader, rival) for c in result.conditions for rival in rivals]
    return [{str(k): v for k, v in row.items()} for row in rows]


def _forest(axis: Any, leads: list[dict[str, Any]]) -> None:
    for at, row in enumerate(leads):
        clear = row["low"] > 0 or row["high"] < 0
        colour = "#222222" if clear else "#999999"
        axis.plot([row["low"], row["high"]], [at, at], color=colour, linewidth=1.5)
        axis.plot(row["effect"], at, "o", color=colour, markerfacecolor=colour if clear else "w")
    names = [_title(row) for row in leads]
    axis.set_yticks(range(len(leads)), names, fontsize=8)
    axis.set_ylim(len(leads) - 0.5, -0.5)
    axis.axvline(0.0, color="0.6", linewidth=0.8, zorder=0)
    axis.locator_params(axis="x", nbins=4)
    axis.set_title("difference in the mean, 95% (filled: clear of 0)", fontsize=9)
    _plain(axis)


def _title(row: dict[str, Any]) -> str:
    under = "" if row["condition"] == BASE else f"\n({row['condition']})"
    return f"{row['arm']} − {row['rival']}{under}"


def _cost(axis: Any, result: Comparison, cost: str) -> None:
    table = result.table[result.table["condition"] == BASE].set_index("arm")[cost]
    totals = [float(table[arm]) * result.rounds for arm in result.arms]
    colours = [style(result, arm)["color"] for arm in result.arms]
    axis.barh(range(len(totals)), totals, color=colours, height=0.6)
    for at, total in enumerate(totals):
        said = f" {total:,.1f}" if total < 100 else f" {total:,.0f}"
        axis.annotate(said, (total, at), va="center", fontsize=8, annotation_clip=False)
    axis.set_yticks(range(len(totals)), result.arms, fontsize=8)
    axis.set_ylim(len(totals) - 0.5, -0.5)
    axis.set_xlim(0, max(totals) * 1.3 or 1.0)
    axis.set_xticks([])
    axis.set_title(f"{BARS[cost]} in a run", fontsize=9)
    axis.spines[["top", "right", "bottom"]].set_visible(False)


def _plain(axis: Any) -> None:
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(labelsize=8)
