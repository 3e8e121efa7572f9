"""Where does a loop run away? Two stability maps whose boundaries are known exactly.

Left: people who follow a prediction, with a probability p, and stray from it by s times the error
that the model is known to have (Khritankov). That error multiplies by p·s·√(2/π) from round to
round. Right: a mean refitted on the last W rounds of outcomes that move with it by ε (Perdomo et
al.). With z the factor from round to round, z^W = (ε/W)(z^(W−1) + ... + 1), whose largest root is
within the unit circle for −W < ε < 1: a longer window steadies what overshoots, and never keeps
from running away what amplifies.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim import registry
from loopsim.experiment import Check

CLAIM = (
    "Gains measured by small pushes draw the boundary that theory has: p·s·√(2/π) = 1 where people "
    "follow predictions, and −W < ε < 1 where a mean is refitted on the last W rounds."
)
SOURCE = (
    "Khritankov (2023), Positive feedback loops lead to concept drift in machine learning systems; "
    "Perdomo, Zrnic, Mendler-Dünner and Hardt (2020), Performative Prediction"
)
CAPTION = (
    "That the measured line of gain 1 lies on the exact one (yellow). Dotted: as far as intervals "
    "reach. On the right, that a longer window moves the left boundary and never the right one; W "
    "is whole, and the line between whole values is interpolated."
)
CONTROL = "The closed forms; runs in which draws are replaced by expectations (right)."
KIND = "published"

WORLDS = Path(__file__).with_name("worlds")
Floats = NDArray[np.float64]
MAE = float(np.sqrt(2.0 / np.pi))  # of a standard normal

USAGES = tuple(np.linspace(0.1, 1.0, 13).round(4).tolist())
ADHERENCES = tuple(np.linspace(0.2, 2.6, 17).round(4).tolist())
EPSILONS = tuple(np.arange(-7.25, 2.5, 0.5).tolist())
WINDOWS = (1, 2, 3, 4, 5, 6)
TOWNS, TIMES, AT, ROUNDS = 60, 4, 2, 10
SEEDS = f"{TIMES} a point on the left, 3 on the right"
#: Bands, stated before the first run: noise of some per cent where outcomes are drawn, none where
#: they are expectations.
FARTHEST, WRONG, EXACT = 0.10, 0.02, 1e-6


def _parse(file: str, kind: str, plan: dict[str, Any]) -> loopsim.Scenario:
    registry.allow_code([WORLDS / file])
    registry.load_code(WORLDS / file, kind)  # makes its kinds known
    return loopsim.Scenario.parse(plan)


def followers() -> loopsim.Scenario:
    """Towns that know the error of the last round; the model stands still, what people do not."""
    world = {"kind": "adherence", "towns": TOWNS, "window": 1, "quiet": 1}
    return _parse("adherence.py", "Adherence", {
        "name": "people who follow", "rounds": ROUNDS, "environment": world,
        "model": "towns-least-squares", "policy": "report",
        "training": {"rule": "never", "history": {"rows": 0}},
    })  # fmt: skip


def refits(window: int) -> loopsim.Scenario:
    """A mean that is refitted in every round on the last ones, as many as the window has."""
    return _parse("performative.py", "Slope", {
        "name": "a mean that is refitted", "rounds": 4 * window + 6,
        "environment": {"kind": "mean-shift", "epsilon": 0.5}, "model": "mean", "policy": "report",
        "observed": {"window": 1},
        "training": {
            "rule": {"kind": "every", "rounds": 1}, "history": {"rows": 0}, "minimum": 2,
            "window": {"kind": "sliding", "rounds": window},
        },
    })  # fmt: skip


@cache
def by_following() -> loopsim.StabilityMap:
    """p × s: the known error is pushed up, and followed."""
    grid = {"environment.usage": USAGES, "environment.adherence": ADHERENCES}
    return loopsim.stability_map(
        followers(), grid, "error", 0.05, TIMES, metric="true.known_error", at=AT, generation=1,
        workers=1,
    )  # fmt: skip


@cache
def by_refitting() -> loopsim.StabilityMap:
    """ε × W: what everybody is told is pushed in one round; as many lags as the window has."""
    rows = []
    for window in WINDOWS:
        grid = {"environment.epsilon": EPSILONS, "training.window.rounds": (window,)}
        rows.append(
            loopsim.stability_map(
                refits(window),
                grid,
                "scores",
                0.1,
                3,
                metric="observed.prediction",
                at=window,
                generation=1,
                lags=window,
                workers=1,
            )
        )
    return replace(
        rows[0], values=(EPSILONS, tuple(float(w) for w in WINDOWS)),
        gains=tuple(row.gains[0] for row in rows),
    )  # fmt: skip


def root(epsilon: float, window: int) -> float:
    """Modulus of the largest root of z^W = (ε/W)(z^(W−1) + ... + 1)."""
    return float(np.abs(np.roots([1.0, *([-epsilon / window] * window)])).max())


def _exact(usages: Any, adherences: Any) -> Floats:
    return np.outer(adherences, usages) * MAE


def checks() -> list[Check]:
    """Both maps against what they should show."""
    follow, refit = by_following(), by_refitting()
    law = _exact(USAGES, ADHERENCES)
    roots = np.array([[root(e, w) for e in EPSILONS] for w in WINDOWS])
    apart = np.abs(follow.sizes()["gain"] / law - 1.0)
    off = np.abs(refit.sizes()["gain"] - roots)
    return [
        Check("p × s: median |gain / (p·s·√(2/π)) − 1|", float(np.median(apart)), 0.0, 0.03),
        Check("p × s: largest |gain / (p·s·√(2/π)) − 1|", float(apart.max()), 0.0, FARTHEST),
        Check("p × s: share of verdicts on the wrong side", _wrong(follow, law), 0.0, WRONG),
        Check("p × s: share that cannot be told", _untold(follow), 0.0, 0.15),
        Check("ε × W: largest |gain − root|", float(off.max()), 0.0, EXACT),
        Check("ε × W: share of verdicts on the wrong side", _wrong(refit, roots), 0.0, 0.0),
    ]


def _verdicts(found: loopsim.StabilityMap) -> Any:
    return np.array([[made.all.verdict for made in row] for row in found.gains])


def _wrong(found: loopsim.StabilityMap, law: Floats) -> float:
    said = _verdicts(found)
    wrong = ((said == "runaway") & (law < 1.0)) | ((said == "self-correcting") & (law > 1.0))
    return float(wrong.mean())


def _untold(found: loopsim.StabilityMap) -> float:
    return float((_verdicts(found) == "cannot tell").mean())


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Both maps side by side, with the exact boundaries over the measured ones."""
    from loopsim.twins import map_figure, style

    figure = style.figure(10.4, 4.9)
    left, right = figure.subplots(1, 2)
    usage = np.linspace(USAGES[0], USAGES[-1], 200)
    map_figure.plane(left, by_following(), {"exact: p·s·√(2/π) = 1": (usage, 1 / (usage * MAE))})
    left.set_xlabel("usage p: share who follow the prediction", fontsize=9)
    left.set_ylabel("adherence s: straying, in known errors", fontsize=9)
    left.set_title("People who follow the prediction", fontsize=10, loc="left")
    window = np.linspace(WINDOWS[0], WINDOWS[-1], 50)
    lines = (np.r_[-window, np.nan, np.ones(50)], np.r_[window, np.nan, window])
    mesh = map_figure.plane(right, by_refitting(), {"exact: ε = 1 and ε = −W": lines})
    right.set_xlabel("ε: how far outcomes move with the prediction", fontsize=9)
    right.set_ylabel("W: rounds in the training window", fontsize=9)
    right.set_title("A mean refitted on what it moves", fontsize=10, loc="left")
    map_figure.bar(figure, (left, right), mesh)
    style.save(figure, path)
