"""The picture of a gain: what became of the push on the left, gains with their verdicts right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.twins import style
from loopsim.twins.statistics import paired_t

if TYPE_CHECKING:
    from loopsim.twins.gain_result import Gain, LoopGain


def draw(result: Gain, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    figure = style.figure(9.4, 3.9)
    left, right = figure.subplots(1, 2, width_ratios=(1.35, 1))
    for loop in result.loops:
        _path(left, loop, result.at, len(result.seeds))
    _refits(left, result)
    left.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    left.legend(frameon=False, fontsize=8)
    left.set_xlabel("round", fontsize=8)
    style.plain(left, f"{result.followed}, difference per unit of the push")
    _gains(right, result)
    figure.suptitle(
        f"{result.name}: {result.pushed} in round {result.at} "
        f"({len(result.seeds)} seeds, {result.confidence:.0%} intervals)",
        fontsize=10,
    )
    return style.save(figure, path)


def _path(axis: Any, loop: LoopGain, at: int, seeds: int) -> None:
    """The round of the push is left out: it shows the push and not what becomes of it."""
    rounds = loop.rounds[:, 1:]
    mean, low, high = np.array([paired_t(column) for column in rounds.T]).T
    x = np.arange(at + 1, at + 1 + rounds.shape[1])
    main = loop.label == "all"
    colour = style.COLOURS[loop.label]
    axis.plot(x, mean, color=colour, linewidth=2.0 if main else 1.2, label=loop.label,
              zorder=3 if main else 2)  # fmt: skip
    axis.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)


def _refits(axis: Any, result: Gain) -> None:
    """Small ticks where a generation of the first seed begins."""
    for start in result.all.starts[1:]:
        axis.axvline(result.at + start, ymax=0.03, color="#222222", linewidth=0.8)


def _gains(axis: Any, result: Gain) -> None:
    names = [loop.label for loop in result.loops]
    at = np.arange(len(names))[::-1]
    ends = [value for loop in result.loops for value in (loop.growth.low, loop.growth.high)]
    finite = [abs(value) for value in ends if np.isfinite(value)]
    far = min(max(1.35, *(1.15 * value for value in finite), 1.35), 4.0) if finite else 1.6
    axis.axvspan(-1.0, 1.0, color=style.CORRECTING, alpha=0.07, linewidth=0)
    for side in (-1.0, 1.0):
        axis.axvline(side, color="#222222", linewidth=0.8, linestyle=(0, (3, 2)))
    for y, loop in zip(at, result.loops, strict=True):
        rate, colour = loop.growth, style.VERDICTS[loop.verdict]
        low, high = (float(np.clip(end, -far, far)) for end in (rate.low, rate.high))
        axis.plot([low, high], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
        if abs(rate.gain) <= far:
            axis.plot(rate.gain, y, "o", color=colour, markersize=5.5)
        axis.annotate(loop.verdict, (far, y), xytext=(4, 0), textcoords="offset points",
                      va="center", fontsize=8, color=colour, annotation_clip=False)  # fmt: skip
    axis.set_xlim(-far if min(ends) < 0 else -0.1, far)
    axis.set_ylim(-0.6, len(names) - 0.4)
    axis.set_yticks(at, names)
    axis.set_xlabel("factor from one generation to the next", fontsize=8)
    style.plain(axis, "gain; shaded: corrects itself")
