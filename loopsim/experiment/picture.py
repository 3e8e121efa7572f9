"""The figure of a trial: arms over rounds, a panel a question, truth solid and dashboard dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.twins import style

if TYPE_CHECKING:
    from loopsim.experiment.trial import Trial

#: After Okabe and Ito (2008): the first arm, then those that mend; controls are grey.
ARMS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
CONTROLS = ("#222222", "#999999", "#666666")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


@dataclass(frozen=True)
class Panel:
    """What one panel shows.

    Parameters
    ----------
    title : str
    figures : figures of the trial that share the vertical axis
        Those of the dashboard (``observed``) are dashed.
    arms : names of arms, by default all
    level : float, optional
        Where a thin line is drawn across.
    top : float, optional
        Where the vertical axis ends; as the lines have it if not given.
    of : Trial, optional
        Another trial than the one that draws; its arms look like namesakes there.
    over : int
        Each point is the mean over so many rounds up to it, as far as they are known.
    since : int
        The first round that is shown.
    """

    title: str
    figures: Sequence[str]
    arms: Sequence[str] = ()
    level: float | None = None
    top: float | None = None
    of: Trial | None = None
    over: int = 1
    since: int = 0


def draw(trial: Trial, panels: Sequence[Panel], title: str, path: Path) -> None:
    """Write the figure, one panel beside the other, with one legend below."""
    made = style.figure(3.7 * len(panels) + 0.3, 4.1)
    axes = made.subplots(1, len(panels), squeeze=False)[0]
    for axis, panel in zip(axes, panels, strict=True):
        _panel(axis, trial, panel)
    drawn = {arm for panel in panels for arm in panel.arms or (panel.of or trial).arms}
    shown = [arm for arm in trial.arms if arm in drawn]
    lines = [axes[0].plot([], [], **_look(trial, arm), label=arm)[0] for arm in shown]
    if any(_dashed(name) for panel in panels for name in panel.figures):
        for label, line in (("true", "-"), ("observed (the dashboard)", "--")):
            lines += axes[0].plot([], [], line, color="0.35", label=label)
    columns = min(len(lines), 2 * len(panels))
    made.legend(handles=lines, loc="outside lower center", ncols=columns, frameon=False, fontsize=8)
    made.suptitle(title, fontsize=10)
    style.save(made, path)


def _panel(axis: Any, trial: Trial, panel: Panel) -> None:
    source = panel.of or trial
    for arm in panel.arms or source.arms:
        for figure in panel.figures:
            values = trailing(source.path(arm, figure), panel.over)
            values[:, : panel.since] = np.nan
            _line(axis, values, _look(trial, arm), _dashed(figure))
    if panel.level is not None:
        axis.axhline(panel.level, color="0.7", linewidth=0.8, zorder=0)
    if panel.top is not None:
        lowest = min(float(min(line.get_ydata())) for line in axis.get_lines())
        axis.set_ylim(lowest - 0.05 * (panel.top - lowest), panel.top)
    style.plain(axis, panel.title)
    told = "round" if panel.over == 1 else f"round (mean of the last {panel.over})"
    axis.set_xlabel(told, fontsize=8)


def trailing(values: NDArray[np.float64], over: int) -> NDArray[np.float64]:
    """(seeds, rounds) means over the last `over` rounds of those that are known.

    >>> trailing(np.array([[1.0, 3.0, np.nan, 5.0]]), 2).tolist()
    [[1.0, 2.0, 3.0, 5.0]]
    """
    known = np.isfinite(values)
    sums, counts = (np.cumsum(part, axis=1) for part in (np.where(known, values, 0.0), known))
    for part in (sums, counts):
        part[:, over:] -= part[:, :-over].copy()
    mean = np.divide(sums, counts, out=np.full(values.shape, np.nan), where=counts > 0)
    return values.copy() if over == 1 else mean


def _line(axis: Any, values: NDArray[np.float64], look: dict[str, Any], dashed: bool) -> None:
    """The mean over the seeds in which it is known, with its 95% t band."""
    from scipy import stats

    known = np.isfinite(values)
    n = known.sum(axis=0)
    rounds = np.flatnonzero(n)
    if not rounds.size:
        return
    n, values = n[rounds], np.where(known, values, np.nan)[:, rounds]
    mean = np.nanmean(values, axis=0)
    spread = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / np.maximum(n - 1, 1))
    reach = stats.t.ppf(0.975, np.maximum(n - 1, 1)) * spread / np.sqrt(n)
    line = look | ({"linestyle": "--", "marker": ""} if dashed else {})
    axis.plot(rounds, mean, markevery=max(rounds.size // 6, 1), **line)
    axis.fill_between(rounds, mean - reach, mean + reach, color=look["color"], alpha=0.15, lw=0)


def _look(trial: Trial, arm: str) -> dict[str, Any]:
    """Colour by role; a mark too, so that nothing is told by colour alone."""
    controls = [name for name in trial.arms if name in trial.controls]
    others = [name for name in trial.arms if name not in controls]
    colours = CONTROLS if arm in controls else ARMS
    at = (controls if arm in controls else others).index(arm)
    mark = MARKS[list(trial.arms).index(arm) % len(MARKS)]
    return {
        "color": colours[at % len(colours)], "marker": mark, "ms": 3.5, "mfc": "white",
        "linewidth": 1.6,
    }  # fmt: skip


def _dashed(figure: str) -> bool:
    return figure.startswith("observed.")
