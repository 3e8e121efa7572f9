"""The picture of a stability map: |gain| as colour, the line of 1, and how sure it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.twins import style

if TYPE_CHECKING:
    from loopsim.twins.stability import Lines, StabilityMap

INK, EXACT = "#222222", "#F0E442"
FAR = 2.0  # |gain| of the deepest red


def draw(result: StabilityMap, path: Path, exact: Lines) -> Path:
    """Write the map to `path` and return it."""
    figure = style.figure(6.2, 4.8)
    axis = figure.subplots()
    mesh = plane(axis, result, exact)
    axis.set_xlabel(result.parameters[0], fontsize=9)
    axis.set_ylabel(result.parameters[1], fontsize=9)
    bar(figure, axis, mesh)
    seeds = len(result.gains[0][0].seeds)
    axis.set_title(
        f"{result.name}, {seeds} seeds a point, {result.confidence:.0%} each",
        fontsize=9, loc="left",
    )  # fmt: skip
    return style.save(figure, path)


def plane(axis: Any, result: StabilityMap, exact: Lines) -> Any:
    """The plane itself on an axis: colours, contours, what cannot be told, and exact lines."""
    xs, ys = (np.array(values, dtype=float) for values in result.values)
    size = result.sizes()
    mesh = axis.pcolormesh(
        xs, ys, np.minimum(size["gain"], FAR), cmap="RdBu_r", vmin=0.0, vmax=FAR, shading="nearest"
    )
    for name, line, label in (("gain", "-", "gain 1"), ("least", ":", ""), ("most", ":", "")):
        _contour(axis, xs, ys, size[name], line, label)
    _untold(axis, xs, ys, (size["least"] <= 1.0) & (size["most"] >= 1.0))
    for name, (x, y) in exact.items():
        axis.plot(x, y, color=EXACT, linewidth=1.5, dashes=(4, 2), label=name)
    limits = (xs[0], xs[-1]), (ys[0], ys[-1])
    axis.set_xlim(*limits[0])
    axis.set_ylim(*limits[1])
    axis.tick_params(labelsize=8)
    axis.legend(fontsize=7.5, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2,
                frameon=False, handlelength=2.4)  # fmt: skip
    return mesh


def _contour(axis: Any, xs: Any, ys: Any, size: Any, line: str, label: str) -> None:
    """The line at which a size is 1, where there is one."""
    finite = np.where(np.isfinite(size), size, 1e3)
    if min(finite.shape) > 1 and finite.min() < 1.0 < finite.max():
        width = 1.6 if label else 1.0
        axis.contour(xs, ys, finite, levels=[1.0], colors=INK, linewidths=width, linestyles=line)
        name = f"measured: {label}" if label else "its interval reaches 1"
        if name not in axis.get_legend_handles_labels()[1]:
            axis.plot([], [], color=INK, linewidth=width, linestyle=line, label=name)


def _untold(axis: Any, xs: Any, ys: Any, untold: Any) -> None:
    """A dot at each point that cannot be told from the boundary."""
    rows, columns = np.nonzero(untold)
    if rows.size:
        axis.plot(xs[columns], ys[rows], ".", color=INK, markersize=2.2, label="cannot tell")


def bar(figure: Any, axes: Any, mesh: Any) -> None:
    """The scale of colours."""
    made = figure.colorbar(mesh, ax=axes, extend="max")
    made.set_label("|gain|: blue corrects itself, red runs away", fontsize=8)
    made.ax.tick_params(labelsize=8)
