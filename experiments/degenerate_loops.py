"""Do recommendations drive interests to extremes, and what stops them? Jiang et al. (2019)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import loopsim
from loopsim import registry
from loopsim.experiment import Check, within

CLAIM = (
    "Showing what a user is most interested in drives interests away without bound, the faster the "
    "better the recommender knows them: oracle, then Thompson sampling, then epsilon-greedy, far "
    "ahead of random; resetting 1% of the interests shown keeps the oracle's loop bounded."
)
SOURCE = (
    "Jiang, Chiappa, Lattimore, György and Kohli (2019), Degenerate Feedback Loops in Recommender "
    "Systems; 4 of 10 items shown"
)
CAPTION = (
    "On the left the order of the lines, on a log scale, and the light blue one that stays "
    "bounded; on the right all that lies outside the grey band. ε-greedy by the truth does at t = "
    "1,000: by what the paper ranked was not said."
)
CONTROL = "Random slates, and the oracle with a 1% reset."
KIND = "published"
SEEDS = "240 users of one run, each with draws of their own"

WORLD = Path(__file__).with_name("worlds") / "interests.py"
USERS, STEP = 240, 50  # a user is a seed, and costs a column; the published means are of 30
TIMES = (1000, 5000)

_NOT = {"labels": {"delay": "never"}, "training": {"rule": "never", "history": {"rows": 0}}}
_EACH = {
    "training": {
        "rule": {"kind": "every", "rounds": 1},
        "window": {"kind": "sliding", "rounds": 1},
        "history": {"rows": 0},
        "minimum": 2,
    }
}
_TRUTH = _NOT | {"model": "oracle-slates"}
_BEST, _GREEDY = {"kind": "top-k", "k": 4}, {"kind": "top-k", "k": 4, "explore": 0.1}

Arm = dict[str, Any]
ARMS: dict[str, Arm] = {
    "oracle": _TRUTH | {"policy": _BEST},
    "Thompson": _EACH | {"model": {"kind": "bandit", "draw": True}, "policy": _BEST},
    "ε-greedy": _EACH | {"model": {"kind": "bandit", "draw": False}, "policy": _GREEDY},
    "ε-greedy, truth": _TRUTH | {"policy": _GREEDY},
    "random": _TRUTH | {"policy": {"kind": "random-slates", "k": 4}},
    "oracle, reset": _TRUTH | {"policy": _BEST, "environment": {"reset": 0.01}},
}
#: ‖μ(t) − μ(0)‖² at `TIMES`, means of 30 seeds; ±25%. By what ε-greedy ranks was not said: the
#: mean of each item's answers, or the interest itself. Both are held to the one figure; only the
#: first meets it, so we infer that it is what was published.
PUBLISHED = {
    "oracle": (21.0, 1758.0),
    "Thompson": (17.0, 1732.0),
    "ε-greedy": (15.0, 1445.0),
    "ε-greedy, truth": (15.0, 1445.0),
    "random": (2.6, 457.0),
    "oracle, reset": (2.5, 4.2),
}
BAND = 0.25


def scenario(arm: str, users: int = USERS, **changes: object) -> loopsim.Scenario:
    """One of `ARMS`."""
    registry.allow_code([WORLD])
    registry.load_code(WORLD, "Interests")  # makes its kinds known
    parts = ARMS[arm]
    world = {"kind": "interests", "users": users} | parts.get("environment", {})
    plan = {"name": "degenerate-loops", "rounds": TIMES[-1], "observed": {"window": 1}}
    return loopsim.Scenario.parse(plan | parts | {"environment": world}, changes)


@cache
def moved(arm: str) -> NDArray[np.float64]:
    """(steps, users) ‖μ(t) − μ(0)‖² at every `STEP` rounds. All arms meet the same draws."""
    sim = loopsim.Simulation(scenario(arm))
    found = []
    for until in range(0, TIMES[-1] + 1, STEP):
        found.append(sim.run(until).world.truth(sim.people)["moved"])
    return np.stack(found)


def law(start: float, t: Any) -> Any:
    """The interest in an item that is always shown, in the mean: μ' = .005·tanh(μ/2)."""
    return 2.0 * np.arcsinh(np.sinh(start / 2.0) * np.exp(0.0025 * np.asarray(t)))


@cache
def always_shown(users: int = 500, start: float = 1.0) -> NDArray[np.float64]:
    """(users,) interest at t = 1000 in the one item that there is, from `start`."""
    one = {"environment.items": 1, "environment.start": start, "environment.width": 0.0}
    sim = loopsim.Simulation(scenario("oracle", users, **one, **{"policy.k": 1}))
    return sim.run(TIMES[0]).people["carried"][:, 0]


def checks() -> list[Check]:
    """The exact law, every published figure, and their order."""
    exact = float(law(1.0, TIMES[0]))
    found = [
        Check("exact: an always shown item, μ(0) = 1, t = 1000", exact, 5.0945, 5.0955),
        within("the same, simulated", always_shown(), 0.99 * exact, 1.01 * exact),
    ]
    for arm, published in PUBLISHED.items():
        for t, value in zip(TIMES, published, strict=True):
            name, users = f"{arm}: moved at t = {t:,}", moved(arm)[t // STEP]
            found.append(within(name, users, (1 - BAND) * value, (1 + BAND) * value))
    return [*found, *_order()]


def _order() -> list[Check]:
    """Each arm moves more than the next: differences of the same users under the same draws."""
    found = []
    for t in TIMES:
        for more, less in (
            ("oracle", "Thompson"),
            ("Thompson", "ε-greedy"),
            ("ε-greedy", "random"),
            ("Thompson", "ε-greedy, truth"),
        ):
            gap = (moved(more) - moved(less))[t // STEP]
            found.append(within(f"order: {more} less {less}, t = {t:,}", gap, 0.0, np.inf))
    return found


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Distance moved over the rounds on a log scale, and beside it over what was published."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 4.2), layout="constrained", dpi=130)
    over, against = figure.subplots(1, 2, width_ratios=(3, 2))
    _over_time(over)
    _against_published(against)
    title = "Interests run away under every recommender, unless some are reset"
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, metadata={"Software": None})


#: Colour and line.
LOOK = {
    "oracle": ("#000000", "-"),
    "Thompson": ("#0072B2", "--"),
    "ε-greedy": ("#D55E00", "-."),
    "ε-greedy, truth": ("#CC79A7", ":"),
    "random": ("#009E73", "-"),
    "oracle, reset": ("#56B4E9", "-"),
}


def _over_time(axis: Any) -> None:
    """Means of the users; the published ones as open circles."""
    t = np.arange(STEP, TIMES[-1] + 1, STEP)
    for arm, (colour, line) in LOOK.items():
        mean = moved(arm)[1:].mean(axis=1)
        axis.plot(t, mean, line, color=colour, linewidth=1.7, label=f"{arm}: {_short(mean[-1])}")
        axis.plot(TIMES, PUBLISHED[arm], "o", mfc="white", color=colour, zorder=3, clip_on=False)
    axis.plot([], [], "o", mfc="white", color="0.35", label="published")
    axis.legend(frameon=False, fontsize=8, loc="lower right", bbox_to_anchor=(1.0, 0.12))
    axis.set(yscale="log", ylim=(0.02, 4000), xlim=(0, TIMES[-1]), xlabel="rounds")
    axis.set_ylabel("‖μ(t) − μ(0)‖², how far interests moved")
    axis.spines[["top", "right"]].set_visible(False)


def _against_published(axis: Any) -> None:
    """Ratios, with the 95% range of a mean of 30 users, which is what was published."""
    axis.axvspan(1.0 - BAND, 1.0 + BAND, color="0.9", linewidth=0)
    axis.axvline(1.0, color="0.5", linewidth=0.8)
    for row, (arm, published) in enumerate(PUBLISHED.items()):
        for i, (t, value) in enumerate(zip(TIMES, published, strict=True)):
            users, colour = moved(arm)[t // STEP] / value, LOOK[arm][0]
            range_30 = 1.96 * users.std(ddof=1) / np.sqrt(30)
            axis.errorbar(
                users.mean(), row + 0.3 * i - 0.15, xerr=range_30, fmt="os"[i], color=colour,
                mfc="white" if i == 0 else colour,
            )  # fmt: skip
    for i, t in enumerate(TIMES):
        mark = {"mfc": "white" if i == 0 else "0.35", "color": "0.35"}
        axis.plot([], [], "os"[i], label=f"t = {t:,}", **mark)
    axis.legend(frameon=False, fontsize=8, loc="lower right")
    axis.set_yticks(range(len(PUBLISHED)), list(PUBLISHED))
    axis.set(ylim=(len(PUBLISHED) + 0.2, -0.6), xlim=(0.6, 1.5))
    axis.set_xlabel("measured / published; grey: ±25%")
    axis.spines[["top", "right"]].set_visible(False)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
