"""The picture of a cut: both arms over rounds above, the paired gap below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from loopsim.twins.result import CutResult

COLOURS = {"closed": "#0072B2", "cut": "#D55E00", "gap": "#333333"}
MOST = 4  # metrics in one picture


def draw(result: CutResult, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    from matplotlib.figure import Figure

    metrics = result.metrics[:MOST]
    figure = Figure(figsize=(3.4 * len(metrics) + 0.6, 5.0), layout="constrained", dpi=120)
    axes = figure.subplots(2, len(metrics), sharex=True, squeeze=False, height_ratios=(2, 1))
    for column, metric in enumerate(metrics):
        _column(axes[:, column], result, metric)
    axes[0, 0].legend(frameon=False, fontsize=8)
    axes[1, 0].set_ylabel("closed − cut")
    seeds = result.series["seed"].nunique()
    figure.suptitle(
        f"{result.name}: {' and '.join(result.loops)} loop closed and cut "
        f"({seeds} paired seeds, 95% bands)",
        fontsize=10,
    )
    figure.savefig(path)
    return path


def _column(axes: Any, result: CutResult, metric: str) -> None:
    paths = result.paths(metric)
    for arm, table in paths.items():
        _band(axes[0], table, COLOURS[arm], arm)
    _band(axes[1], paths["closed"] - paths["cut"], COLOURS["gap"], "gap")
    axes[1].axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
    axes[0].set_title(metric.replace(".", " ", 1), fontsize=9)
    axes[1].set_xlabel("round")
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=8)


def _band(axis: Any, table: Any, colour: str, label: str) -> None:
    from scipy import stats

    known = table.dropna(how="all")
    mean, n = known.mean(axis=1), known.notna().sum(axis=1)
    error = known.std(axis=1, ddof=1) / np.sqrt(n)
    reach = (error * stats.t.ppf(0.975, np.maximum(n - 1, 1))).fillna(0.0)
    axis.plot(mean.index, mean, color=colour, label=label, linewidth=1.5)
    axis.fill_between(mean.index, mean - reach, mean + reach, color=colour, alpha=0.2, linewidth=0)
