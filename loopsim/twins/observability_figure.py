"""The picture of an observability: truth, dashboard and harm, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.twins import style
from loopsim.twins.onset import chart
from loopsim.twins.statistics import paired_t

if TYPE_CHECKING:
    from loopsim.twins.observability_result import Observability

WITH, WITHOUT, SEEN = "#0072B2", "#666666", "#D55E00"


def draw(result: Observability, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    figure = style.figure(10.6, 3.7)
    truth, dashboard, harm = figure.subplots(1, 3, width_ratios=(1, 1, 0.85))
    _truth(truth, result)
    _dashboard(dashboard, result)
    _harm(harm, result)
    for axis in (truth, dashboard, harm):
        axis.set_xlabel("round", fontsize=8)
        axis.set_xlim(-0.5, result.rounds - 0.5)
        axis.axvline(result.at, color="#222222", linewidth=0.8, linestyle=(0, (1, 2)))
    whose = "" if result.group == "all" else f" ({result.group})"
    figure.suptitle(
        f"{result.name}{whose}: {result.change}, from round {result.at} on "
        f"({len(result.seeds)} paired seeds)",
        fontsize=10,
    )
    return style.save(figure, path)


def _truth(axis: Any, result: Observability) -> None:
    """Both arms of the true figure, and where they begin to differ."""
    traces = result.traces
    for arm, colour, label in (
        (traces.undisturbed, WITHOUT, "without the change"), (traces.disturbed, WITH, "with it"),
    ):  # fmt: skip
        _band(axis, arm[:, 0], colour, label)
    _mark(axis, result.true.round, WITH, "they differ")
    axis.legend(frameon=False, fontsize=8)
    style.plain(axis, f"truth: {result.figures[0].partition('.')[2]}")


def _dashboard(axis: Any, result: Observability) -> None:
    """Each seed's observed series, and the band of what is usual."""
    observed = result.traces.disturbed[:, 1]
    rounds = np.arange(result.rounds)
    band = chart(result.traces.undisturbed[:, 1], result.level)
    axis.fill_between(rounds, band.low, band.high, color=WITHOUT, alpha=0.25, linewidth=0,
                      label=f"usual without it ({result.level:.0%})")  # fmt: skip
    for i, path in enumerate(observed):
        axis.plot(rounds, path, color=WITH, linewidth=0.7, alpha=0.7,
                  label="" if i else "with it, each seed")  # fmt: skip
        if np.isfinite(result.noticed[i]):
            t = int(result.noticed[i])
            axis.plot(t, path[t], "o", color=SEEN, markersize=4,
                      label="noticed" if i == _first(result) else "")  # fmt: skip
    axis.legend(frameon=False, fontsize=8)
    style.plain(axis, f"dashboard: {result.figures[1].partition('.')[2]}")


def _first(result: Observability) -> int:
    return int(np.flatnonzero(np.isfinite(result.noticed))[0])


def _harm(axis: Any, result: Observability) -> None:
    """What each seed had lost by the time, up to its alarm."""
    paid = np.cumsum(result.lost, axis=1)
    rounds = np.arange(result.rounds)
    for path, seen in zip(paid, result.noticed, strict=True):
        until = rounds <= min(seen, result.rounds - 1)
        axis.plot(rounds[until], path[until], color=WITH, linewidth=0.8, alpha=0.7)
        end = int(rounds[until][-1])
        axis.plot(end, path[end], "o" if np.isfinite(seen) else ">", color=SEEN if np.isfinite(seen)
                  else WITHOUT, markersize=4)  # fmt: skip
    axis.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    style.plain(axis, f"lost until noticed ({result.unit})")
    if not np.isfinite(result.noticed).all():
        axis.plot([], [], ">", color=WITHOUT, markersize=4, label="not noticed by the end")
        axis.legend(frameon=False, fontsize=8)


def _band(axis: Any, values: Any, colour: str, label: str) -> None:
    mean, low, high = np.array([paired_t(column) for column in values.T]).T
    rounds = np.arange(values.shape[1])
    axis.plot(rounds, mean, color=colour, linewidth=1.6, label=label)
    axis.fill_between(rounds, low, high, color=colour, alpha=0.2, linewidth=0)


def _mark(axis: Any, t: float, colour: str, text: str) -> None:
    if np.isfinite(t):
        axis.axvline(t, color=colour, linewidth=1.0, linestyle=(0, (4, 2)))
        axis.annotate(f"{text}: {t:.0f}", (t, 1.0), xycoords=("data", "axes fraction"),
                      xytext=(3, -2), textcoords="offset points", va="top", fontsize=8,
                      color=colour)  # fmt: skip
