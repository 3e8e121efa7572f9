"""The pictures of a boundary: the gain over one parameter, and a map over two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.twins import style

if TYPE_CHECKING:
    from loopsim.twins.boundary import Boundary
    from loopsim.twins.stability import StabilityMap


def draw(result: Boundary, path: Path) -> Path:
    """Write the picture of a bracket to `path` and return it."""
    figure = style.figure(6.4, 3.8)
    axis = figure.subplots()
    gains = [made.all.growth.gain for _, made in result.points]
    far = 1.25 * max(1.0, *np.abs(gains))
    if result.found:
        axis.axvspan(result.low, result.high, color="0.85", linewidth=0)
    for side in (-1.0, 1.0):
        axis.axhline(side, color="#222222", linewidth=0.8, linestyle=(0, (3, 2)))
    for value, made in result.points:
        rate, colour = made.all.growth, style.VERDICTS[made.all.verdict]
        ends = np.clip([rate.low, rate.high], -far, far)
        axis.plot([value, value], ends, color=colour, linewidth=1.8)
        axis.plot(value, rate.gain, "o", color=colour, markersize=4.5)
    axis.set_ylim(-far if min(gains) < 0 else 0.0, far)
    axis.set_xlabel(result.parameter, fontsize=8)
    axis.set_ylabel("gain", fontsize=8)
    within = f"between {style.number(result.low)} and {style.number(result.high)}"
    style.plain(axis, f"it turns {within}" if result.found else result.why)
    _legend(axis, {made.all.verdict for _, made in result.points})
    figure.suptitle(f"{result.name} ({result.confidence:.0%} for all verdicts)", fontsize=10)
    return style.save(figure, path)


def draw_map(result: StabilityMap, path: Path) -> Path:
    """Write the map to `path` and return it: colour is |gain|, the line is where it is 1."""
    from matplotlib.colors import TwoSlopeNorm

    xs, ys = (np.array(values, dtype=float) for values in result.values)
    size = np.abs([[made.all.growth.gain for made in row] for row in result.gains])
    unknown = np.array(
        [[made.all.verdict == "cannot tell" for made in row] for row in result.gains]
    )
    figure = style.figure(6.2, 4.6)
    axis = figure.subplots()
    shades = TwoSlopeNorm(1.0, 0.0, max(2.0, float(np.nanmax(size))))
    mesh = axis.pcolormesh(xs, ys, size, cmap="RdBu_r", norm=shades, shading="nearest")
    if min(size.shape) > 1 and np.nanmin(size) < 1.0 < np.nanmax(size):
        line = axis.contour(xs, ys, size, levels=[1.0], colors="#222222", linewidths=1.6)
        axis.clabel(line, fmt={1.0: "gain 1"}, fontsize=8)
    rows, columns = np.nonzero(unknown)
    axis.plot(xs[columns], ys[rows], "x", color="#222222", markersize=4, markeredgewidth=0.9)
    axis.set_xlabel(result.parameters[0], fontsize=9)
    axis.set_ylabel(result.parameters[1], fontsize=9)
    axis.tick_params(labelsize=8)
    bar = figure.colorbar(mesh, ax=axis)
    bar.set_label("|gain|: blue corrects itself, red runs away", fontsize=8)
    bar.ax.tick_params(labelsize=8)
    crossed = "; ×: cannot tell" if unknown.any() else ""
    seeds = len(result.gains[0][0].seeds)
    axis.set_title(
        f"{result.name}, {seeds} seeds a point, {result.confidence:.0%} each{crossed}",
        fontsize=9, loc="left",
    )  # fmt: skip
    return style.save(figure, path)


def _legend(axis: Any, verdicts: set[str]) -> None:
    for verdict, colour in style.VERDICTS.items():
        if verdict in verdicts:
            axis.plot([], [], "o-", color=colour, markersize=4.5, label=verdict)
    axis.legend(frameon=False, fontsize=8)
