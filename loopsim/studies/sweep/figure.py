"""The picture of a sweep: metrics over one parameter, lines or a map over two, else a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.studies.sweep.grid import plain, told_point
from loopsim.twins import style

if TYPE_CHECKING:
    import pandas as pd

    from loopsim.studies.sweep.result import Sweep

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
MARKS = ("o", "s", "^", "D", "v")
MOST = 4  # metrics in one picture


def draw(result: Sweep, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    metrics = result.metrics[:MOST]
    kind = _kind(result)
    wide, tall = _size(result, kind, len(metrics))
    figure = style.figure(wide, tall)
    axes = figure.subplots(1, len(metrics), squeeze=False, sharey=kind is _list)[0]
    for axis, metric in zip(axes, metrics, strict=True):
        table = result.table[result.table["metric"] == metric]
        kind(axis, result, table)
        style.plain(axis, _wrapped(metric))
    seeds = sorted({*result.table["seeds"]})
    told = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    figure.suptitle(
        f"{result.name}: means of the last {result.window} rounds, {told} seeds a point"
        + (", 95% t intervals" if kind is not _map else ""),
        fontsize=10,
    )
    return style.save(figure, path)


def _kind(result: Sweep) -> Any:
    columns = {name: [point[name] for point in result.points] for name in result.parameters}
    number = {name: _numeric(values) for name, values in columns.items()}
    names = result.parameters
    if len(names) == 1 and number[names[0]]:
        return _line
    if len(names) == 2 and len(result.points) == np.prod([len(_each(c)) for c in columns.values()]):
        few = len(_each(columns[names[1]])) <= len(COLOURS)
        if number[names[0]] and few:
            return _lines
        if all(number.values()):
            return _map
    return _list


def _numeric(values: list[Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _each(values: Any) -> list[Any]:
    """Different values, in their order."""
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _size(result: Sweep, kind: Any, metrics: int) -> tuple[float, float]:
    if kind is _list:
        names = max(len(told_point(point)) for point in result.points)
        return 0.6 + 0.065 * names + 2.6 * metrics, 1.1 + 0.28 * len(result.points)
    return 0.5 + 3.3 * metrics, 3.5


def _line(axis: Any, result: Sweep, table: pd.DataFrame) -> None:
    _draw_line(axis, table, result.parameters[0], 0)
    axis.set_xlabel(result.parameters[0], fontsize=8)


def _lines(axis: Any, result: Sweep, table: pd.DataFrame) -> None:
    first, second = result.parameters
    for at, value in enumerate(_each(table[second])):
        _draw_line(axis, table[table[second] == value], first, at, plain(value))
    axis.set_xlabel(first, fontsize=8)
    axis.legend(title=second, fontsize=7, title_fontsize=7, frameon=False)


def _draw_line(axis: Any, table: pd.DataFrame, name: str, at: int, label: str = "") -> None:
    table = table.sort_values(name)
    x, colour = table[name].to_numpy(dtype=np.float64), COLOURS[at]
    axis.fill_between(x, table["low"], table["high"], color=colour, alpha=0.18, linewidth=0)
    axis.plot(x, table["mean"], color=colour, marker=MARKS[at], markersize=3.5, linewidth=1.4,
              label=label)  # fmt: skip


def _map(axis: Any, result: Sweep, table: pd.DataFrame) -> None:
    first, second = result.parameters
    grid = table.pivot(index=second, columns=first, values="mean").sort_index()
    values = grid.to_numpy(dtype=np.float64)
    axis.imshow(values, cmap="cividis", aspect="auto", origin="lower")
    low, high = np.nanmin(values), np.nanmax(values)
    for (row, column), value in np.ndenumerate(values):
        bright = high > low and (value - low) / (high - low) > 0.6
        axis.text(column, row, style.number(value), ha="center", va="center", fontsize=7,
                  color="#222222" if bright else "white")  # fmt: skip
    axis.set_xticks(range(grid.shape[1]), [plain(value) for value in grid.columns])
    axis.set_yticks(range(grid.shape[0]), [plain(value) for value in grid.index])
    axis.set_xlabel(first, fontsize=8)
    axis.set_ylabel(second, fontsize=8)


def _list(axis: Any, result: Sweep, table: pd.DataFrame) -> None:
    at = np.arange(len(table))[::-1]
    axis.hlines(at, table["low"], table["high"], color=COLOURS[0], linewidth=1.6)
    axis.plot(table["mean"], at, "o", color=COLOURS[0], markersize=4.5)
    single = len(result.parameters) == 1
    names = [
        plain(point[result.parameters[0]]) if single else told_point(point)
        for point in result.points
    ]
    axis.set_yticks(at, names)
    axis.set_ylim(-0.6, len(table) - 0.4)
    axis.grid(axis="y", color="0.92", linewidth=0.8)
    axis.locator_params(axis="x", nbins=4)
    if single and axis.get_subplotspec().is_first_col():
        axis.set_ylabel(result.parameters[0], fontsize=8)


def _wrapped(metric: str) -> str:
    """A long formula in two lines or more."""
    import textwrap

    return "\n".join(textwrap.wrap(metric, 40))
