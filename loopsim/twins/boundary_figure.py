"""The picture of a boundary: the gain over one parameter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.twins import style

if TYPE_CHECKING:
    from loopsim.twins.boundary import Boundary


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


def _legend(axis: Any, verdicts: set[str]) -> None:
    for verdict, colour in style.VERDICTS.items():
        if verdict in verdicts:
            axis.plot([], [], "o-", color=colour, markersize=4.5, label=verdict)
    axis.legend(frameon=False, fontsize=8)
