"""Does learning from its own lists make the popular more so? Mansoury et al. (2020).

Signs only. An item that a user consumed may be shown to them again after ten others. Bands were
stated before the first run, but one was wrong by itself: the Gini index counts all consumption so
far and falls for random lists too, so growth is now of the lead over them, not of the index (which
fell by .012 and .044). The signs of the tastes are as first stated, and are missed.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above

CLAIM = (
    "Refitted on clicks on its own lists, a recommender makes consumption more unequal than "
    "random lists do, and ever more so; the minority's tastes move further than the majority's, "
    "and further ahead of them than under random lists."
)
SOURCE = (
    "Mansoury, Abdollahpouri, Pechenizkiy, Mobasher and Burke (2020), Feedback Loop and Bias "
    "Amplification in Recommender Systems; signs only"
)
CAPTION = (
    "On the left how far vermilion and blue are above grey, round by round: the lead grows. In "
    "the middle and on the right, what is not there: the minority's tastes do not move further "
    "than the majority's, only further than under random lists, as everybody's do."
)
CONTROL = "Random lists: no model has a say."
KIND = "sign"
SEEDS = 5

ONE, OWN, CHANCE = "popularity", "factors", "random lists"
GINI = "true.consumption_gini"
MINORITY, MAJORITY = "true.drift[minority]", "true.drift[majority]"
TRIAL = Trial(
    "scenarios/recommender/echo_chamber.yaml",
    {
        ONE: {"model": {"kind": "popularity"}},
        OWN: {"model": {"kind": "factors"}},
        CHANCE: {"policy": {"kind": "random-slates", "k": 10}},
    },
    [GINI, MINORITY, MAJORITY],
    seeds=SEEDS,
    controls=(CHANCE,),
    common={"environment.users": 1000, "rounds": 40},
)


def checks() -> list[Check]:
    """Signs, each of a paired difference."""
    found = []
    for arm in (ONE, OWN):
        lead = TRIAL.path(arm, GINI) - TRIAL.path(CHANCE, GINI)
        grown = lead[:, -5:].mean(axis=1) - lead[:, :5].mean(axis=1)
        ahead, chance = (TRIAL.end(a, MINORITY) - TRIAL.end(a, MAJORITY) for a in (arm, CHANCE))
        found += [
            above(f"{arm}: growth of its lead in the Gini index", grown),
            above(f"{arm}: Gini index, less random lists'", TRIAL.difference(arm, CHANCE, GINI)),
            above(f"{arm}: drift, minority less majority", ahead),
            above(f"{arm}: that, less random lists'", ahead - chance),
        ]
    return found


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Inequality, and how far tastes move."""
    panels = [
        Panel("Gini index of consumption", (GINI,)),
        Panel("drift of the minority's tastes, radians", (MINORITY,)),
        Panel("drift of the majority's tastes, radians", (MAJORITY,)),
    ]
    TRIAL.draw(panels, "A recommender that learns from its own lists, against random lists", path)
