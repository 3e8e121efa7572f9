"""The picture of a sensitivity analysis: a row a parameter, a panel a metric."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.twins import style

if TYPE_CHECKING:
    from loopsim.studies.sensitivity.result import Sensitivity

MAIN, SECOND, NOISE = "#0072B2", "#E69F00", "#888888"
MOST = 4  # metrics in one picture
LEFT, ALONE = "noise that is left in the means", "σ that seeds alone would give"
NAMES = {"mu_star": "μ*, the mean size of an effect", "sigma": "σ, how much effects differ",
         "ST": "total share", "S1": "share by itself"}  # fmt: skip
LEGEND = [*NAMES.values(), LEFT, ALONE]
AXES = {
    "morris": "change for a step over the whole range",
    "sobol": "share of the variance over the ranges",
}


def draw(result: Sensitivity, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    metrics = result.metrics[:MOST]
    order = list(result.ranked(metrics[0]).index)
    longest = max(len(name) for name in [*order, "noise of seeds"])
    sobol = result.method == "sobol"
    wide = 0.5 + 0.07 * longest + 3.5 * len(metrics)
    figure = style.figure(wide, 2.0 + 0.42 * len(order))
    axes = figure.subplots(1, len(metrics), squeeze=False, sharey=True)[0]
    for axis, metric in zip(axes, metrics, strict=True):
        _rows(axis, result, metric, order)
        if sobol:
            _left(axis, result, metric, len(order))
            low, high = axis.get_xlim()
            axis.set_xlim(max(low, -0.5), min(high, 1.5))  # the table has what is beyond
        axis.axvline(0.0, color="0.6", linewidth=0.8, zorder=0)
        axis.locator_params(axis="x", nbins=5)
        axis.set_xlabel(AXES[result.method], fontsize=8)
        style.plain(axis, _wrapped(metric))
    names = [*order, *(["noise of seeds"] if sobol else [])]
    axes[0].set_yticks(range(len(names)), names)
    axes[0].set_ylim(len(names) - 0.4, -0.6)
    figure.suptitle(
        f"{result.name}: means of the last {result.window} rounds\nover {len(result.seeds)} paired "
        f"seeds, {result.points} points; 95% intervals",
        fontsize=9.5,
    )
    known = dict(zip(*axes[0].get_legend_handles_labels()[::-1], strict=True))
    labels = sorted(known, key=LEGEND.index)
    columns = len(labels) if wide > 7 else 1
    figure.legend([known[label] for label in labels], labels, loc="outside lower center",
                  ncols=columns, fontsize=8, frameon=False)  # fmt: skip
    return style.save(figure, path)


def _rows(axis: Any, result: Sensitivity, metric: str, order: list[str]) -> None:
    """The index that ranks as a bar, the second one as a diamond."""
    second = "S1" if result.method == "sobol" else "sigma"
    main = result.of(metric, result.main).reindex(order)
    at = np.arange(len(order))
    axis.barh(at, main["value"], height=0.5, color=MAIN, alpha=0.3, label=NAMES[result.main])
    axis.hlines(at, main["low"], main["high"], color=MAIN, linewidth=1.8)
    other = result.of(metric, second).reindex(order)
    below = at + 0.16
    axis.hlines(below, other["low"], other["high"], color=SECOND, linewidth=1.2)
    axis.plot(other["value"], below, "D", color=SECOND, markersize=4.5, label=NAMES[second])
    if result.method == "morris":
        noise = result.of(metric, "sigma_by_seeds").reindex(order)
        axis.plot(noise["value"], below, "|", color=NOISE, markersize=11, markeredgewidth=2,
                  label=ALONE)  # fmt: skip


def _left(axis: Any, result: Sensitivity, metric: str, at: int) -> None:
    """The share of the means' variance that is noise."""
    left = float(result.noise.set_index("metric").loc[metric, "left"])
    axis.barh([at], [left], height=0.5, color=NOISE, label=LEFT)


def _wrapped(metric: str) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(metric, 40))
