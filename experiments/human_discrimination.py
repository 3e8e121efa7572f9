"""Does a model that was taught to distrust women unlearn it from people who distrust them too?

A surrogate of Bauer, Heigl, Hinz and Kosfeld (2024), human oversight and model loops: their data
are not public. The world, its investors and its learner are in ``worlds/trust_game.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

import loopsim
from loopsim.experiment import Check
from loopsim.registry import allow_code, load_code
from loopsim.twins.statistics import paired_t

CLAIM = (
    "Surrogate: a model that was taught that no woman pays back unlearns it from the women in whom "
    "people invest all the same; the more people distrust women, the less it unlearns."
)
SOURCE = (
    "Bauer, Heigl, Hinz and Kosfeld (2024), Feedback Loops in Machine Learning: A Study on the "
    "Interplay of Continuous Updating and Human Discrimination; not their data: a surrogate"
)
CAPTION = (
    "On the left, the order of the lines, and how far each is from its circle. In the middle, that "
    "distrust alone opens no gap here, as it did in the published game. On the right, that without "
    "overrides nothing is unlearnt, and that nobody's threshold matters if every outcome is seen."
)
CONTROL = "Investors who are blind, overrides that do not count, and the outcome loop cut."
KIND = "published"

WORLD = Path(__file__).with_name("worlds") / "trust_game.py"
allow_code([WORLD])
TRAITS = load_code(WORLD, "TRAITS")  # and makes its kind known

#: As published; the first 14 rounds make the first model's 700 rows.
GAMES, PAIRS, ROUNDS, START = 15, 50, 100, 14
LAST, SEED = 10, 200
SEEDS = f"{GAMES} games of one run, each with draws of its own"
WOMEN, MEN = 0, 1

#: An investor's threshold for women; for men it is .5.
DISTRUST = {"no": 0.5, "medium": 0.6, "high": 0.7, "very high": 0.8}
#: Published: percent of women who are predicted to pay back after 100 rounds, and the band. Stated
#: before the first run, like every other band here.
PUBLISHED = {"no": (22.0, 4.0), "medium": (14.3, 4.0), "high": (6.9, 4.0), "very high": (1.2, 3.0)}
#: Of men. The first is no finding: the world's share of trustworthy people is set to it.
PUBLISHED_MEN, MEN_BAND = (34.0, 36.0), 4.0
#: Points a round by which the gap opens from a first model without bias, and half of it either way.
OPENS, OPENS_BAND = 0.07, 0.035

Arm = dict[str, Any]
#: The set-up of the surrogate says nothing of how many pay back. Men's published share asks for 34%
#: of them, which is what the arms have; these have the half that traits without an intercept make.
#: They were added after the first run, whose first figure misses its band.
_HALF = {"environment": {"trustworthy": 0.5}}
_UNBIASED = {"environment": {"flipped": 0.0}}
ARMS: dict[str, tuple[str, Arm]] = {
    **{level: (level, {}) for level in DISTRUST},
    **{f"half trustworthy, {level}": (level, _HALF) for level in DISTRUST},
    "unbiased start, no": ("no", _UNBIASED),
    "unbiased start, high": ("high", _UNBIASED),
    "oversight loop cut": ("no", {"loops": {"oversight": "cut"}}),
    "no override counts": ("no", {"oversight": {"override": "none"}}),
    "outcome loop cut, no": ("no", {"loops": {"outcome": "cut"}}),
    "outcome loop cut, very high": ("very high", {"loops": {"outcome": "cut"}}),
}


def scenario(arm: str, games: int = GAMES, rounds: int = ROUNDS) -> loopsim.Scenario:
    """One arm: investors with one case each, and a fit in every round on all rows so far."""
    level, changes = ARMS[arm]
    own = {"kind": "file", "path": str(WORLD)}
    investors = {"count": games * PAIRS, "thresholds": [DISTRUST[level], DISTRUST["no"]]}
    desk = {
        "kind": "desk",
        "reviewers": own | {"name": "Investors", "parameters": investors},
        "arrivals": "morning",
        "capacity": 1,
    }
    plan = {
        "name": "human-discrimination",
        "seed": SEED,
        "rounds": rounds,
        "environment": {"kind": "trust-game", "games": games, "pairs": PAIRS}
        | changes.get("environment", {}),
        "loops": changes.get("loops", {}),
        "model": own | {"name": "EveryRowSoFar", "incremental": True},
        "oversight": desk | changes.get("oversight", {}),
        "training": {
            "rule": {"kind": "every", "rounds": 1},
            "window": "all",
            "minimum": 2,
            "history": {"rows": games * PAIRS * START, "rounds": START},
        },
    }
    return loopsim.Scenario.parse(plan)


def trusted(slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(games, 2) percent of women and of men whom a model predicts to pay back.

    Exact: P(b + x·w ≥ 0) = Φ(b/‖w‖) for x ~ N(0, I).
    """
    traits, both = slopes[:, :TRAITS], slopes[:, TRAITS + 1 : -1]
    woman, middle = slopes[:, TRAITS], slopes[:, -1]
    women = (middle + woman) / np.linalg.norm(traits + both, axis=1)
    return 100.0 * ndtr(np.column_stack([women, middle / np.linalg.norm(traits, axis=1)]))


@cache
def paths(arm: str) -> NDArray[np.float64]:
    """(games, 1 + rounds, 2) percent of women and men who are trusted, from the first model on."""
    sim = loopsim.Simulation(scenario(arm, GAMES, ROUNDS))
    models: list[Any] = [sim.model]
    models += [sim.run(t + 1).model for t in range(ROUNDS)]
    return np.stack([trusted(model.fitted.slopes) for model in models], axis=1)


def end(arm: str, gender: int = WOMEN) -> NDArray[np.float64]:
    """(games,) means over the last rounds."""
    return paths(arm)[:, -LAST:, gender].mean(axis=1)


def opening(arm: str) -> NDArray[np.float64]:
    """(games,) points a round by which men's share has drawn away from women's."""
    gap = end(arm, MEN) - end(arm)
    first = paths(arm)[:, 0]
    return (gap - (first[:, MEN] - first[:, WOMEN])) / ROUNDS


def checks() -> list[Check]:
    """The published shares, their order, men's, an unbiased start, and the controls."""
    return [*_published(), *_order(), *_men(), *_unbiased(), *_controls()]


def _published() -> Iterator[Check]:
    for world, said in (("", ""), ("half trustworthy, ", "half of all trustworthy: ")):
        for level, (share, band) in PUBLISHED.items():
            name = f"{said}women trusted in the end, {level} discrimination (%)"
            yield _near(name, end(f"{world}{level}").mean(), share, band)


def _order() -> Iterator[Check]:
    """Paired over the games: the low end of the interval of each step."""
    for more, less in pairwise(DISTRUST):
        low = paired_t(end(more) - end(less))[1]
        yield Check(f"{more} less {less}: low end of the interval (points)", low, 1e-9, np.inf)


def _men() -> Iterator[Check]:
    """Pooled over the four levels."""
    first = np.mean([paths(level)[:, 0, MEN] for level in DISTRUST])
    last = np.mean([end(level, MEN) for level in DISTRUST])
    yield _near("men trusted by the first model (%; set so)", first, PUBLISHED_MEN[0], MEN_BAND)
    yield _near("men trusted in the end (%)", last, PUBLISHED_MEN[1], MEN_BAND)


def _unbiased() -> Iterator[Check]:
    name = "unbiased start, high discrimination: the gap opens (points a round)"
    yield _near(name, opening("unbiased start, high").mean(), OPENS, OPENS_BAND)


def _controls() -> Iterator[Check]:
    """What each loop has to do with it; the last three follow from the set-up."""
    blind = paired_t(end("oversight loop cut") - end("no"))[1]
    yield Check("oversight loop cut: more women trusted, low end (points)", blind, 1e-9, np.inf)
    yield Check("no override counts: women trusted (%)", end("no override counts").mean(), 0.0, 1.0)
    cut = [end(f"outcome loop cut, {level}") for level in ("no", "very high")]
    apart = float(np.abs(cut[0] - cut[1]).max())
    yield Check("outcome loop cut: no against very high (points)", apart, 0.0, 0.0)


def _near(name: str, measured: Any, published: float, band: float) -> Check:
    return Check(name, float(measured), published - band, published + band)


#: Colour and line; what is to be known by the line alone differs in both.
LOOK = {
    "no": ("#009E73", "-"),
    "medium": ("#0072B2", "--"),
    "high": ("#D55E00", "-."),
    "very high": ("#000000", ":"),
    "unbiased start, no": ("#009E73", "-"),
    "unbiased start, high": ("#D55E00", "-."),
    "outcome loop cut, no": ("#CC79A7", "--"),
    "oversight loop cut": ("#56B4E9", "-"),
    "no override counts": ("#000000", ":"),
}


def draw(found: tuple[Check, ...], target: Path) -> None:
    """Women's share by discrimination, the gap from an unbiased start, and the controls."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12.0, 4.5), layout="constrained", dpi=130)
    panels = figure.subplots(1, 3, width_ratios=(1.15, 1, 1))
    _taught(panels[0])
    _opens(panels[1])
    _compared(panels[2])
    for axis in panels:
        axis.set_xlim(0, ROUNDS)
        axis.set_xlabel("round")
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(
        "A model unlearns its distrust of women from the women in whom people invest all the same, "
        "and less where people distrust them too\n"
        f"a surrogate; means of {GAMES} games, shaded 95% intervals; circles: as published",
        fontsize=10.5,
    )
    figure.savefig(target, metadata={"Software": None})


def _taught(axis: Any) -> None:
    """From a first model that calls every woman a defaulter."""
    men = np.mean([paths(level)[:, :, MEN].mean(axis=0) for level in DISTRUST], axis=0)
    axis.plot(men, color="0.55", linewidth=1.4)
    told = f"men ({men[-LAST:].mean():.1f}; published {PUBLISHED_MEN[1]:g})"
    axis.text(ROUNDS / 2, men[-1] + 1.5, told, color="0.35", ha="center", fontsize=8)
    for level, (share, _) in PUBLISHED.items():
        label = f"{level} ({end(level).mean():.1f}; published {share:g})"
        _band(axis, level, paths(level)[:, :, WOMEN], label)
        _circle(axis, share, LOOK[level][0])
    _circle(axis, PUBLISHED_MEN[1], "0.55")
    axis.set(ylim=(0, 58), ylabel="predicted to pay back (%)")
    axis.set_title("Women, from a first model taught to distrust them", fontsize=10)
    axis.legend(frameon=False, fontsize=8, loc="upper left", title="human discrimination",
                title_fontsize=8, alignment="left")  # fmt: skip


def _opens(axis: Any) -> None:
    """From a first model without bias: men's share less women's, against what it was at first."""
    for arm in ("unbiased start, high", "unbiased start, no"):
        gap = paths(arm)[:, :, MEN] - paths(arm)[:, :, WOMEN]
        level = ARMS[arm][0]
        label = f"{level} discrimination ({opening(arm).mean():+.3f} a round)"
        _band(axis, arm, gap - gap[:, :1], label)
    rounds = np.arange(ROUNDS + 1)
    label = f"published, high ({OPENS:+.2f} a round)"
    axis.plot(rounds, OPENS * rounds, color="0.55", linewidth=1.0, label=label)
    axis.set_ylabel("men less women, since the start (points)")
    axis.set_title("From a first model without bias", fontsize=10)
    axis.legend(frameon=False, fontsize=8, loc="upper left")


def _compared(axis: Any) -> None:
    """The controls, beside no discrimination with all loops closed."""
    named = {
        "outcome loop cut, no": "outcome loop cut: everybody's outcome is seen",
        "oversight loop cut": "oversight loop cut: investors are blind",
        "no": "all loops closed",
        "no override counts": "no override counts",
    }
    for arm, label in named.items():
        _band(axis, arm, paths(arm)[:, :, WOMEN], f"{label} ({end(arm).mean():.1f})")
    axis.set(ylim=(0, 58), ylabel="women predicted to pay back (%)")
    axis.set_title("Controls, without discrimination", fontsize=10)
    axis.legend(frameon=False, fontsize=8, loc="upper left")


def _band(axis: Any, arm: str, values: NDArray[np.float64], label: str) -> None:
    """The mean over the games and its interval, round by round."""
    colour, line = LOOK[arm]
    mean, low, high = np.array([paired_t(column) for column in values.T]).T
    axis.plot(mean, line, color=colour, linewidth=1.8, label=label)
    axis.fill_between(np.arange(mean.size), low, high, color=colour, alpha=0.15, linewidth=0)


def _circle(axis: Any, share: float, colour: str) -> None:
    mark = {"mfc": "white", "color": colour, "zorder": 3, "clip_on": False}
    axis.plot(ROUNDS, share, "o", **mark)
