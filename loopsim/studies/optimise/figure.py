"""The picture of a search: the trials, the gain on both kinds of seeds, and the parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.studies.sweep.grid import plain
from loopsim.twins import style

if TYPE_CHECKING:
    from loopsim.studies.optimise.result import Optimum
    from loopsim.studies.optimise.trials import Trial

KEEPS, BREAKS, BEST, HELD = "#0072B2", "#AAAAAA", "#D55E00", "#009E73"
MOST = 4  # parameters in one picture
ROOM = 26  # letters below an axis that can stand side by side
SHORT = 22  # letters of a value on an axis


def draw(result: Optimum, path: Path) -> Path:
    """Write the picture to `path` and return it."""
    keys = list(result.parameters)[:MOST]
    figure = style.figure(9.5, 6.2)
    above, below = figure.subfigures(2, 1, height_ratios=[1.0, 0.95])
    left, right = above.subplots(1, 2, width_ratios=[1.7, 1.0])
    _trials(left, result)
    _gains(right, result)
    _legend(above, left)
    axes = below.subplots(1, len(keys), squeeze=False, sharey=True)[0]
    for axis, key in zip(axes, keys, strict=True):
        _parameter(axis, result, key)
    axes[0].set_ylabel(_short(result.objective), fontsize=8)
    kept = f", kept to {', '.join(limit.text for limit in result.limits)}" if result.limits else ""
    figure.suptitle(
        f"{result.name}: {result.objective}{kept}\n{len(result.trials)} trials on "
        f"{len(result.chosen_on)} paired seeds, means of the last {result.window} rounds",
        fontsize=9.5,
    )
    return style.save(figure, path)


def _split(result: Optimum) -> tuple[list[Trial], list[Trial]]:
    """Trials that keep the limits, and those that do not; without those whose figure is unknown."""
    known = [trial for trial in result.trials if np.isfinite(trial.value)]
    return [t for t in known if t.keeps], [t for t in known if not t.keeps]


def _dots(axis: Any, result: Optimum, x: Any) -> None:
    keeps, breaks = _split(result)
    axis.plot([x(t) for t in breaks], [t.value for t in breaks], "x", color=BREAKS, markersize=5,
              label="breaks a limit")  # fmt: skip
    axis.plot([x(t) for t in keeps], [t.value for t in keeps], "o", color=KEEPS, alpha=0.6,
              markersize=4.5, label="trial")  # fmt: skip
    if result.best is not None:
        axis.plot([x(result.best)], [result.best.value], "*", color=BEST, markersize=11,
                  label="chosen")  # fmt: skip


def _trials(axis: Any, result: Optimum) -> None:
    """Objective by trial, and the best so far."""
    before = float(np.mean(result.of(0, result.objective, result.chosen_on)))
    axis.axhline(
        before, color="#222222", linewidth=1, linestyle="--", label="the scenario as it is"
    )
    keeps = [t.value if t.keeps and np.isfinite(t.value) else -np.inf for t in result.trials]
    so_far = np.maximum.accumulate(keeps)
    known = np.isfinite(so_far)
    axis.step(np.arange(1, len(so_far) + 1)[known], so_far[known], where="post", color=BEST,
              linewidth=1.2, label="best so far")  # fmt: skip
    _dots(axis, result, lambda trial: trial.number)
    axis.set_xlabel("trial", fontsize=8)
    axis.set_ylabel(_short(result.objective), fontsize=8)
    axis.locator_params(axis="x", integer=True)
    style.plain(axis, "The search")


def _legend(figure: Any, axis: Any) -> None:
    """What the marks are, without those that nothing has."""
    handles, labels = axis.get_legend_handles_labels()
    shown = [(h, label) for h, label in zip(handles, labels, strict=True) if len(h.get_xdata())]
    figure.legend(*zip(*shown, strict=True), loc="outside lower center", ncols=len(shown),
                  fontsize=8, frameon=False)  # fmt: skip


def _gains(axis: Any, result: Optimum) -> None:
    """The gain over the scenario as it is, on the seeds that chose and on the others."""
    style.plain(axis, "Gain over the scenario as it is, 95%")
    axis.axvline(0.0, color="0.6", linewidth=0.8)
    axis.set_ylim(1.6, -0.6)
    if result.best is None:
        axis.set_yticks([])
        axis.text(0.5, 0.5, "no trial keeps the limits", transform=axis.transAxes, ha="center")
        return
    names = []
    for at, (row, colour) in enumerate(zip(result.table.to_dict("records"), (BREAKS, HELD),
                                           strict=True)):  # fmt: skip
        axis.hlines(at, row["low"], row["high"], color=colour, linewidth=2)
        axis.plot(row["gain"], at, "o", color=colour, markersize=6)
        if np.isfinite(row["gain"]):
            axis.annotate(style.number(row["gain"]), (row["gain"], at), xytext=(0, 8),
                          textcoords="offset points", ha="center", fontsize=8)  # fmt: skip
        names.append(f"{row['seeds']}\n({row['pairs']} seeds)")
    axis.set_yticks([0, 1], names)
    axis.locator_params(axis="x", nbins=4)


def _parameter(axis: Any, result: Optimum, key: str) -> None:
    """Objective over one parameter; trials where it does not count are left out of it."""
    values = [trial.point[key] for trial in result.trials if key in trial.point]
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    labels = list(dict.fromkeys(plain(value) for value in values))

    def place(trial: Trial) -> float:
        if key not in trial.point:
            return float("nan")
        value = trial.point[key]
        return float(value) if numeric else float(labels.index(plain(value)))

    _dots(axis, result, place)
    if not values:
        axis.set_xticks([])
        axis.text(0.5, 0.5, "no trial has it", transform=axis.transAxes, ha="center", fontsize=8)
    elif not numeric:
        names = [_short(label) for label in labels]
        turned = {"rotation": 20, "ha": "right"} if sum(map(len, names)) > ROOM else {}
        axis.set_xticks(range(len(labels)), names, **turned)
        axis.set_xlim(-0.5, len(labels) - 0.5)
    elif "logarithmic" in result.parameters[key]:
        axis.set_xscale("log")
    else:
        axis.locator_params(axis="x", nbins=4)
    axis.set_xlabel(key, fontsize=8)
    style.plain(axis)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
