"""Do patrols that go where incidents were found learn where they are? Ensign et al. (2018)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim import registry
from loopsim.experiment import Check, within
from loopsim.twins import style

CLAIM = (
    "Where patrols are sent by the incidents that patrols found, the region with more of them gets "
    "nearly all patrols, far beyond its share. Accepting what is found with one less the share of "
    "the region, the patrols end near the true share."
)
SOURCE = (
    "Ensign, Friedler, Neville, Scheidegger and Venkatasubramanian (2018), Runaway Feedback Loops "
    "in Predictive Policing"
)
CAPTION = (
    "In the first two panels vermilion runs away from the dashed true share, blue comes near it, "
    "and so does grey, with the loop cut; open circles are published. Third: where regions do not "
    "differ, the end is by chance and follows the exact law. Last: without decay any difference "
    "takes all."
)
CONTROL = "The outcome loop cut (both regions' incidents are found), and exact limits of the urn."
KIND = "published"
SEEDS = "1,000 towns of one run, each with draws of its own"

WORLD = Path(__file__).with_name("worlds") / "urn.py"
DAYS, STEP, TOWNS = 1000, 10, 1000
TOP, SECOND, RANDOM = 3.68511, 2.816466, 2.35592
_TWO = {"environment": {"rates": (TOP, SECOND)}, "model": {"start": (609.0, 379.0)}}
_FAR = {"environment": {"rates": (TOP, RANDOM)}, "model": {"start": (609.0, 7.0)}}


def _exact(rates: tuple[float, float], start: tuple[float, float], **model: Any) -> dict[str, Any]:
    """No decay, and just as many incidents each day."""
    urn = {"start": start, "decay": 0.0} | model
    return {"environment": {"rates": rates, "law": "fixed"}, "model": urn}


def _with(arm: dict[str, Any], **model: Any) -> dict[str, Any]:
    return arm | {"model": arm["model"] | model}


ARMS: dict[str, dict[str, Any]] = {
    "top-2": _TWO,
    "top-2, corrected": _with(_TWO, correct=True),
    "top-2, loop cut": _TWO | {"loops": {"outcome": 0.0}},
    "top-vs-random": _FAR,
    "top-vs-random, corrected": _with(_FAR, correct=True),
    "equal": _exact((1.0, 1.0), (2.0, 3.0)),
    "unequal": _exact((2.0, 1.0), (2.0, 2.0)),
    "unequal, corrected": _exact((2.0, 1.0), (2.0, 2.0), correct=True),
}
#: Mean share of patrols in A at day 1000, ±.01.
PUBLISHED = {
    "top-2": 0.932,
    "top-2, corrected": 0.570,
    "top-vs-random": 0.994,
    "top-vs-random, corrected": 0.612,
}
BAND = 0.01


def scenario(arm: str, towns: int = TOWNS, days: int = DAYS) -> loopsim.Scenario:
    """One of `ARMS`; the last round's shares are those after `days` days."""
    registry.allow_code([WORLD])
    registry.load_code(WORLD, "Patrols")  # makes its kinds known
    parts = ARMS[arm]
    plan = {
        "name": "runaway-policing",
        "rounds": days + 1,
        "environment": {"kind": "patrols", "towns": towns} | parts["environment"],
        "model": {"kind": "urn"} | parts["model"],
        "policy": "patrol",
        "training": {
            "rule": {"kind": "every", "rounds": 1},
            "window": {"kind": "sliding", "rounds": 1},
            "history": {"rows": 0},
            "minimum": 2,
        },
        "loops": parts.get("loops", {}),
        "observed": {"window": 1},
    }
    return loopsim.Scenario.parse(plan)


class Shares:
    """Keeps the share of A in every town, every `STEP` days."""

    def __init__(self) -> None:
        self.kept: list[NDArray[np.float64]] = []

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """The share by which the patrols of day t are sent."""
        if t % STEP == 0:
            self.kept.append(cases.scores[::2].copy())


@cache
def shares(arm: str) -> NDArray[np.float64]:
    """(days / `STEP` + 1, towns) the share of A."""
    kept = Shares()
    loopsim.Simulation(scenario(arm), [kept]).run()
    return np.stack(kept.kept)


def checks() -> list[Check]:
    """Bands stated before the first run: ±.01 of what is published, and the exact limits."""
    found = [
        within(f"{arm}: share of A at day 1000", shares(arm)[-1], value - BAND, value + BAND)
        for arm, value in PUBLISHED.items()
    ]
    true = TOP / (TOP + SECOND)
    found.append(
        within("top-2, loop cut: share", shares("top-2, loop cut")[-1], true - BAND, true + BAND)
    )
    return [*found, *_exact_checks()]


def _exact_checks() -> list[Check]:
    from scipy.stats import beta, kstest

    ends, small = shares("equal")[-1], 1.0 - shares("unequal").mean(axis=1)
    limit, flat = (float(kstest(ends, law.cdf).pvalue) for law in (beta(2, 3), beta(1, 1)))
    days = np.array([300, 1000])
    slope = float(np.diff(np.log(small[days // STEP]))[0] / np.diff(np.log(days))[0])
    corrected = shares("unequal, corrected")[-1]
    return [
        Check("equal: P that ends are Beta(2, 3), KS test", limit, 0.01, 1.0),
        Check("equal: P that they are uniform, KS test", flat, 0.0, 1e-6),
        within("unequal: share of A at day 1000", shares("unequal")[-1], 0.9, 1.0),
        Check("unequal: B's share falls as a power of the days", slope, -0.6, -0.4),
        within("unequal, corrected: share of A", corrected, 2 / 3 - BAND, 2 / 3 + BAND),
    ]


LOOK = {
    "top-2": ("#D55E00", "-", "by what is found"),
    "top-2, corrected": ("#0072B2", "-", "corrected"),
    "top-2, loop cut": ("#666666", "-.", "loop cut"),
    "top-vs-random": ("#D55E00", "-", "by what is found"),
    "top-vs-random, corrected": ("#0072B2", "-", "corrected"),
    "unequal": ("#D55E00", "-", "by what is found"),
    "unequal, corrected": ("#0072B2", "-", "corrected"),
}


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Shares over the days, and the exact law of the ends."""
    figure = style.figure(11.5, 4.0)
    axes = figure.subplots(1, 4)
    near, far = TOP / (TOP + SECOND), TOP / (TOP + RANDOM)
    _over_days(axes[0], ("top-2", "top-2, corrected", "top-2, loop cut"), near, "A 31% above B")
    _over_days(axes[1], ("top-vs-random", "top-vs-random, corrected"), far, "A 56% above B")
    _ends(axes[2])
    _over_days(axes[3], ("unequal", "unequal, corrected"), 2 / 3, "no decay, A twice B")
    axes[0].set_ylabel("share of patrols in A")
    figure.suptitle(
        "Patrols that go where patrols found something: mean and middle 80% of 1,000 towns",
        fontsize=10,
    )
    style.save(figure, path)


def _over_days(axis: Any, arms: tuple[str, ...], true: float, title: str) -> None:
    days = np.arange(0, DAYS + 1, STEP)
    for arm in arms:
        colour, line, label = LOOK[arm]
        low, high = np.quantile(shares(arm), [0.1, 0.9], axis=1)
        axis.fill_between(days, low, high, color=colour, alpha=0.15, lw=0)
        mean = shares(arm).mean(axis=1)
        axis.plot(days, mean, line, color=colour, lw=1.6, label=f"{label}: {mean[-1]:.3f}")
    axis.axhline(true, color="0.3", lw=0.9, ls="--", zorder=0, label=f"true share: {true:.3f}")
    for value in (PUBLISHED[arm] for arm in arms if arm in PUBLISHED):
        axis.plot(DAYS, value, "o", mfc="white", color="0.2", ms=5, clip_on=False)
    style.plain(axis, title)
    axis.set(xlabel="day", ylim=(0.3, 1.01))
    axis.legend(frameon=False, fontsize=7.5, loc="lower right")


def _ends(axis: Any) -> None:
    """The share at day 1000 where regions are alike, and its exact limit."""
    from scipy.stats import beta

    x = np.linspace(0, 1, 201)
    axis.hist(shares("equal")[-1], bins=20, range=(0, 1), density=True, color="#56B4E9", alpha=0.6)
    axis.plot(x, beta(2, 3).pdf(x), color="0.2", lw=1.6, label="exact: Beta(2, 3)")
    style.plain(axis, "no decay, A and B alike")
    axis.set(xlabel="share of A at day 1000", ylabel="density of towns")
    axis.legend(frameon=False, fontsize=7.5)
