"""What does a model learn once people do what it says? Khritankov (2021, 2023), a hidden loop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim import registry
from loopsim.experiment import Check

CLAIM = (
    "Where outcomes follow predictions, the held-out error moves to (1 − p)/(1 − p·s·√(2/π)) of "
    "what it was: the dashboard's R² rises to 1 and nothing real improves."
)
SOURCE = (
    "Khritankov (2021), Hidden Feedback Loops in Machine Learning Systems; (2023), Positive "
    "feedback loops lead to concept drift in machine learning systems"
)
CAPTION = (
    "On the right, what is wrong: the dashboard's R² rises to 1 and that on the undisturbed law "
    "stays. On the left, that the error ends where the mean field (circles) says."
)
CONTROL = "The undisturbed law: the outcome loop cut."
KIND = "published"

WORLD = Path(__file__).with_name("worlds") / "adherence.py"
#: A window of 150 arrivals is 15 rounds of 10; a refit every 20 arrivals is one every 2 rounds.
WINDOW, QUIET, ROUNDS, TOWNS = 15, 30, 330, 200
SEEDS = f"{TOWNS} towns of one run, each with draws of its own"
#: (usage p, adherence s) and the mean field's MAE*/MAE0; None: it explodes. Bands: ±15%, below .01
#: where the error collapses, above 10 where it explodes; stated before the first run.
CASES: dict[tuple[float, float], float | None] = {
    (0.5, 0.2): 0.543,
    (0.7, 0.9): 0.603,
    (0.7, 0.2): 0.338,
    (1.0, 0.2): 0.0,
    (1.0, 1.4): None,
}
BAND, NOTHING, MUCH = 0.15, 0.01, 10.0
#: The slopes are not published; .84 each gives the undisturbed law the R² that is, .974.
R2 = {"dashboard, before": 0.970, "dashboard, after": 1.0, "truth, before": 0.974}
R2_BAND = 0.01


def mean_field(usage: float, adherence: float) -> float:
    """MAE*/MAE0: the fixed point of m = (1 − p)·m0 + p·s·√(2/π)·m; infinite where there is none."""
    pull = usage * adherence * np.sqrt(2.0 / np.pi)
    return float((1.0 - usage) / (1.0 - pull)) if pull < 1.0 else np.inf


def scenario(usage: float, adherence: float, **changes: object) -> loopsim.Scenario:
    """Towns with one usage and one adherence."""
    registry.allow_code([WORLD])
    registry.load_code(WORLD, "Adherence")  # makes its kinds known
    world = {"kind": "adherence", "towns": TOWNS, "window": WINDOW, "quiet": QUIET}
    plan = {
        "name": "hidden-feedback",
        "rounds": ROUNDS,
        "environment": world | {"usage": usage, "adherence": adherence},
        "model": "towns-least-squares",
        "policy": "report",
        "training": {
            "rule": {"kind": "every", "rounds": 2},
            "window": {"kind": "sliding", "rounds": WINDOW},
            "history": {"rows": 0},
        },
        "observed": {"window": WINDOW},
    }
    return loopsim.Scenario.parse(plan, changes)


@dataclass(frozen=True)
class Ran:
    """One case: (rounds,) figures of both ledgers, trailing ones on the dashboard."""

    mae: NDArray[np.float64]
    dashboard: NDArray[np.float64]  # R²
    truth: NDArray[np.float64]  # R²

    @property
    def ratio(self) -> NDArray[np.float64]:
        """The dashboard's error over what it was when the first followed."""
        return self.mae / self.mae[QUIET]


@cache
def ran(usage: float, adherence: float, outcome: float = 1.0) -> Ran:
    """Run one case. Draws are keyed, so all cases meet the same arrivals."""
    plan = scenario(usage, adherence, **{"loops.outcome": outcome})
    series = loopsim.Simulation(plan).run().series
    r2 = [series.values(ledger, "r2") for ledger in ("observed", "true")]
    return Ran(series.values("observed", "mae"), *r2)


def end(values: NDArray[np.float64]) -> float:
    """The mean over the last two windows."""
    return float(values[-2 * WINDOW :].mean())


def checks() -> list[Check]:
    """The five cases, and what both ledgers say of the one that collapses."""
    return [*_cases(), *_ledgers()]


def _cases() -> list[Check]:
    found = []
    for (p, s), published in CASES.items():
        name, ratio = f"p = {p:g}, s = {s:g}: MAE*/MAE0", end(ran(p, s).ratio)
        low, high = 0.0, NOTHING
        if published is None:
            low, high = MUCH, np.inf
        elif published > 0.0:
            low, high = (1.0 - BAND) * published, (1.0 + BAND) * published
        found.append(Check(name, ratio, low, high))
    still = end(ran(1.0, 0.2, 0.0).ratio)
    return [*found, _near("the same with the outcome loop cut (p = 1, s = 0.2)", still, 1.0, 0.05)]


def _ledgers() -> list[Check]:
    """R² before anybody follows, and at the end."""
    one = ran(1.0, 0.2)
    before = slice(QUIET - WINDOW, QUIET)
    first, real = one.dashboard[QUIET], float(one.truth[before].mean())
    return [
        _near("R², dashboard, before", first, R2["dashboard, before"], R2_BAND),
        _near("R², dashboard, after (p = 1, s = 0.2)", end(one.dashboard), 1.0, 0.001),
        _near("R², undisturbed law, before", real, R2["truth, before"], R2_BAND),
        _near("R², undisturbed law, after", end(one.truth), R2["truth, before"], R2_BAND),
    ]


def _near(name: str, measured: float, published: float, band: float) -> Check:
    return Check(name, float(measured), published - band, published + band)


#: Colour and line.
LOOK = {
    (0.5, 0.2): ("#0072B2", "-"),
    (0.7, 0.9): ("#D55E00", "--"),
    (0.7, 0.2): ("#009E73", "-."),
    (1.0, 0.2): ("#000000", "-"),
    (1.0, 1.4): ("#CC79A7", ":"),
}


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The error over the arrivals with its fixed points, and both ledgers of one case."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 4.2), layout="constrained", dpi=130)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _errors(left)
    _both_ledgers(right)
    figure.suptitle(
        "Outcomes that follow the predictions move the error that is seen, and nothing real",
        fontsize=11,
    )
    figure.savefig(path, metadata={"Software": None})


def _errors(axis: Any) -> None:
    """MAE over MAE0 on a log scale; circles: the mean field's fixed points."""
    rounds = np.arange(QUIET, ROUNDS)
    arrivals = 10 * (rounds - QUIET)
    for (p, s), (colour, line) in LOOK.items():
        ratio, fixed = ran(p, s).ratio[QUIET:], mean_field(p, s)
        shown = np.where(ratio > 2e-3, ratio, np.nan)
        label = f"p = {p:g}, s = {s:g}: {end(ran(p, s).ratio):.3g}"
        axis.plot(arrivals, shown, line, color=colour, linewidth=1.7, label=label)
        if 0.0 < fixed < np.inf:
            mark = {"mfc": "white", "color": colour, "zorder": 3, "clip_on": False}
            axis.plot(arrivals[-1], fixed, "o", **mark)
    axis.plot([], [], "o", mfc="white", color="0.35", label="mean field")
    axis.legend(frameon=False, fontsize=8, loc="center right", bbox_to_anchor=(1.0, 0.28))
    axis.set(yscale="log", ylim=(2e-3, 300), xlim=(0, arrivals[-1]))
    axis.set_xlabel("arrivals of a town since somebody first followed")
    axis.set_ylabel("dashboard's mean absolute error / before")
    axis.spines[["top", "right"]].set_visible(False)


def _both_ledgers(axis: Any) -> None:
    """R² at p = 1, s = .2."""
    one = ran(1.0, 0.2)
    shown = np.arange(QUIET - 2, ROUNDS)  # before that the windows hold rounds without a model
    arrivals = 10 * (shown - QUIET)
    trailing = np.convolve(one.truth, np.full(WINDOW, 1.0 / WINDOW))[: one.truth.size]
    for values, colour, line, label, side in (
        (one.dashboard, "#D55E00", "-", "the dashboard", "top"),
        (trailing, "#0072B2", "--", "the undisturbed law", "bottom"),
    ):
        axis.plot(arrivals, values[shown], line, color=colour, linewidth=1.6)
        y = end(values) + (-0.0015 if side == "top" else 0.003)
        axis.text(arrivals[-1], y, label, color=colour, ha="right", va=side, fontsize=9)
    axis.axvline(0.0, color="0.6", linewidth=0.8)
    axis.set(ylim=(0.955, 1.003))
    axis.set(
        xlabel="arrivals since somebody first followed", ylabel="R² of the last 150 predictions"
    )
    axis.set_title("p = 1, s = 0.2", fontsize=10)
    axis.spines[["top", "right"]].set_visible(False)
