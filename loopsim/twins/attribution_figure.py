"""The picture of an attribution: shares on the left, effects alone and in pairs on the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.twins import style

if TYPE_CHECKING:
    from loopsim.twins.attribution_result import Attribution

MOST = 3  # metrics in one picture


def draw(result: Attribution, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    metrics, n = result.metrics[:MOST], len(result.loops)
    figure = style.figure(8.6, 0.7 + len(metrics) * (1.1 + 0.38 * n))
    axes = figure.subplots(len(metrics), 2, squeeze=False, width_ratios=(1.15, 1))
    for row, metric in zip(axes, metrics, strict=True):
        _shares(row[0], result, metric)
        _parts(row[1], result, metric)
    whose = "" if result.group == "all" else f", {result.group}"
    figure.suptitle(
        f"{result.name}{whose}: all closed − all cut, shared out over the loops "
        f"({len(result.seeds)} seeds, 95% t intervals)",
        fontsize=10,
    )
    return style.save(figure, path)


def _shares(axis: Any, result: Attribution, metric: str) -> None:
    table = result.table[result.table["metric"] == metric]
    total = result.totals[result.totals["metric"] == metric].iloc[0]
    names = [*table["loop"], "total"]
    values = [*table["shapley"], total["total"]]
    low, high = ([*table[end], total[end]] for end in ("low", "high"))
    at = np.arange(len(names))[::-1]
    axis.barh(at, values, height=0.62, color=[style.COLOURS.get(n, "#bbbbbb") for n in names])
    reach = np.abs(np.array([low, high]) - np.array(values))
    axis.errorbar(values, at, xerr=reach, fmt="none", ecolor="#222222", elinewidth=1, capsize=2.5)
    axis.set_yticks(at, names)
    axis.axvline(0.0, color="#222222", linewidth=0.8)
    axis.axhline(0.5, color="0.8", linewidth=0.8)
    style.plain(axis, f"{metric.replace('.', ' ', 1)}: Shapley values")


def _parts(axis: Any, result: Attribution, metric: str) -> None:
    """Upper triangle and diagonal; faint where the interval has 0 inside."""
    from loopsim.twins.statistics import paired_t

    parts, names = result.parts(metric), result.loops
    mean = parts.mean(axis=0)
    shown = np.where(np.triu(np.ones(mean.shape)) > 0, mean, np.nan)
    most = float(np.nanmax(np.abs(shown))) or 1.0
    axis.imshow(shown, cmap="RdBu_r", vmin=-most, vmax=most, aspect="auto")
    for i in range(len(names)):
        for j in range(i, len(names)):
            _, low, high = paired_t(parts[:, i, j])
            sure = low > 0.0 or high < 0.0
            colour = "white" if abs(mean[i, j]) > 0.6 * most else "#222222"
            axis.text(
                j, i, style.number(mean[i, j]), ha="center", va="center", fontsize=8,
                color=colour if sure else "#888888", fontweight="bold" if sure else "normal",
            )  # fmt: skip
    axis.set_xticks(range(len(names)), names)
    axis.set_yticks(range(len(names)), names)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0, labelsize=8)
    axis.set_title("alone (diagonal) and in pairs; grey: 0 is inside", fontsize=9, loc="left")
