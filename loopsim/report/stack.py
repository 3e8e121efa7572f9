"""A stack: the panels of a picture over one time axis, with the events of the run on top.

Everything is placed in inches: that is quicker than matplotlib's own layout and always the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.report import frame
from loopsim.report.events import Events
from loopsim.report.panels import Line, Panel, Picture
from loopsim.runs.folder import whole

WIDTH, LEFT, RIGHT, DPI = 9.6, 0.95, 0.15, 120
LEGEND, TITLE, FOOT, EVENT = 0.27, 0.3, 0.5, 0.19  # heights: of a row of the legend and so on
_COLUMNS = 6


def draw(picture: Picture, events: Events, path: Path) -> Path:
    """Write a picture as PNG, whole or not at all; the same picture gives the same bytes."""
    from matplotlib.figure import Figure

    heights = _heights(picture, events)
    figure = Figure(figsize=(WIDTH, sum(heights) + FOOT), dpi=DPI)
    axes = _axes(figure, heights[1:])
    _time(axes, picture, events)
    _legend(figure, picture)
    if events.kinds:
        events.strip(axes.pop(0))
    for axis, panel in zip(axes, picture.panels, strict=True):
        _fill(axis, panel)
        events.guide(axis)
    with whole(path) as part:
        image(figure).save(part, "png")
    return path


def image(figure: Any) -> Any:
    """The pixels in 64 colours: a fourth of the bytes, and no metadata."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    image = pixels.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    image.putpalette([255 if value > 252 else value for value in image.getpalette() or ()])
    return image


def _heights(picture: Picture, events: Events) -> list[float]:
    """Inches from top to bottom: the legend, then the event strip and each panel with its title."""
    rows = -(-len(picture.legend) // _COLUMNS)
    strip = [TITLE + EVENT * len(events.kinds)] if events.kinds else []
    return [rows * LEGEND, *strip, *(TITLE + panel.height for panel in picture.panels)]


def _axes(figure: Any, heights: list[float]) -> list[Any]:
    """One axis for each height, from top to bottom, all with the same time axis."""
    width, height = figure.get_size_inches()
    bottom, axes = FOOT + sum(heights), []
    for size in heights:
        bottom -= size
        place = (LEFT / width, bottom / height, 1 - (LEFT + RIGHT) / width, (size - TITLE) / height)
        axis = figure.add_axes(place)
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=8)
        axes.append(axis)
    return axes


def _fill(axis: Any, panel: Panel) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    title = panel.title
    for line in panel.lines:
        _plot(axis, line)
    if panel.level is not None:
        axis.axhline(panel.level, color="0.7", linewidth=0.8, zorder=0)
    if panel.log:
        axis.set_yscale("log", nonpositive="mask")
        axis.minorticks_off()
        axis.margins(y=0.2)
    else:
        axis.yaxis.set_major_locator(MaxNLocator(4 if panel.height > 1 else 2))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: frame.number(value)))
        shown = frame.of(panel)
        axis.set_ylim(shown.low, shown.high)
        title += shown.note
    axis.set_title(title, fontsize=9, loc="left", pad=4, y=1.0)
    if panel.legend:
        axis.legend(
            handles=_handles(panel.legend), loc="lower right", bbox_to_anchor=(1.0, 1.0),
            ncols=_COLUMNS, frameon=False, fontsize=8, borderpad=0, borderaxespad=0.3,
            handlelength=2.6, columnspacing=1.4,
        )  # fmt: skip


def _plot(axis: Any, line: Line) -> None:
    rounds, values = line.values.index.to_numpy(), line.values.to_numpy(dtype=float)
    axis.plot(
        rounds,
        np.where(np.isfinite(values), values, np.nan),
        color=line.colour,
        linewidth=1.1 if line.dashed else 1.6,
        linestyle=(0, (4, 1.5)) if line.dashed else "-",
        marker=line.marker or ".",
        markersize=4.5,
        markerfacecolor="white" if line.dashed else line.colour,
        markevery=_marked(values, bool(line.marker)),
    )


def _marked(values: Any, marker: bool) -> list[int]:
    """Where markers stand: some ten along the line, and where a value has no neighbour."""
    finite = np.isfinite(np.concatenate([[np.nan], values, [np.nan]]))
    alone = np.flatnonzero(finite[1:-1] & ~finite[:-2] & ~finite[2:])
    regular = range(0, values.size, max(1, values.size // 10)) if marker else ()
    return sorted({*regular, *map(int, alone)})


def _time(axes: list[Any], picture: Picture, events: Events) -> None:
    """The one time axis, labelled at the foot."""
    from matplotlib.ticker import MaxNLocator

    ends = [line.values.index[-1] for panel in picture.panels for line in panel.lines]
    last = max(*ends, events.last, 1)
    for axis in axes:
        axis.set_xlim(-0.01 * last, 1.01 * last)
        axis.xaxis.set_visible(axis is axes[-1])
    axes[-1].xaxis.set_major_locator(MaxNLocator(12, integer=True))
    axes[-1].set_xlabel("round", fontsize=8)


def _legend(figure: Any, picture: Picture) -> None:
    if picture.legend:
        at = (LEFT / WIDTH, 1 - 0.1 / figure.get_size_inches()[1])
        figure.legend(
            handles=_handles(picture.legend), loc="upper left", bbox_to_anchor=at, ncols=_COLUMNS,
            frameon=False, fontsize=8, borderpad=0, borderaxespad=0, handlelength=2.6,
            labelspacing=0.5,
        )  # fmt: skip


def _handles(legend: dict[str, Line]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            color=line.colour,
            label=label,
            marker=line.marker,
            markersize=4.5,
            markerfacecolor="white" if line.dashed else line.colour,
            linestyle=(0, (4, 1.5)) if line.dashed else "-",
        )
        for label, line in legend.items()
    ]
