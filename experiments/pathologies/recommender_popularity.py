"""How unevenly does a list of the most clicked share out attention, beyond what tastes explain?"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below

KIND, WORLD, TOPIC, LOOP = "pathology", "recommender", "bias amplification", "model"
CLAIM = (
    "One list made of clicks on that very list gives a few items and their creators far more than "
    "the best slates for each user would, and the minority, whose clicks are fewer, far worse "
    "slates. A fifth of the places by lot mends part of it, weighed by inverse propensity or not; "
    "a model of each user's own clicks mends more."
)
SOURCE = (
    "Mansoury et al. (2020), Feedback Loop and Bias Amplification in Recommender Systems; "
    "Abdollahpouri et al. (2019), The Unfairness of Popularity Bias in Recommendation"
)
MEND = "A fifth of the places filled at random, with rows weighed by 1/propensity; personal lists."
CONTROL = "Random slates, and an oracle that shows each user what is worth most to them."
CAPTION = (
    "On the left and in the middle vermilion against grey (the oracle, which is as uneven as "
    "tastes are): what is above grey is the loop's. Pink, lists for each user, is near grey, "
    "places by lot only a little below vermilion. On the right: what the minority gets of it."
)
SEEDS = 6

ILL, SLICE, WEIGHED, OWN = "most clicked", "a fifth by lot", "by lot, weights", "personal lists"
CHANCE, ORACLE = "random slates", "oracle"
ITEMS, CREATORS = "true.consumption_gini", "true.creator_gini"
SHOWN, MINORITY = "true.exposure_gini", "true.shown_utility[minority]"

TRIAL = Trial(
    "scenarios/recommender/popularity_bias.yaml",
    {
        ILL: {},
        SLICE: {"policy.explore": 0.2},
        WEIGHED: {"policy.explore": 0.2, "training.weights": "inverse-propensity"},
        OWN: {"model": {"kind": "content"}},
        CHANCE: {"policy": {"kind": "random-slates"}},
        ORACLE: {"model": {"kind": "oracle-slates"}},
    },
    [SHOWN, ITEMS, CREATORS, MINORITY],
    seeds=SEEDS,
    controls=(CHANCE, ORACLE),
    common={
        "environment.users": 500,
        "environment.population.items": 200,
        "environment.clickbait.mean": 0.0,
        "environment.sample": 64,
        "rounds": 40,
        "seed": 101,
    },
)


def checks() -> list[Check]:
    """Inequality (0 even, 1 all to one) and utility (0 .. 1); means of the last 10 rounds."""
    less = TRIAL.difference
    return [
        above("inequality of items shown, less the oracle's", less(ILL, ORACLE, SHOWN), than=0.1),
        above("of consumption, less the oracle's", less(ILL, ORACLE, ITEMS), than=0.1),
        above("of creators, less the oracle's", less(ILL, ORACLE, CREATORS), than=0.1),
        below("minority's utility, less the oracle's", less(ILL, ORACLE, MINORITY), than=-0.02),
        below("consumption, with a fifth by lot", less(SLICE, ILL, ITEMS), than=-0.01),
        below("consumption, with weights too", less(WEIGHED, ILL, ITEMS), than=-0.01),
        below("consumption, personal lists", less(OWN, ILL, ITEMS), than=-0.05),
        below("creators, personal lists", less(OWN, ILL, CREATORS), than=-0.05),
        above("minority's utility, personal lists", less(OWN, ILL, MINORITY)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """What items, creators and the minority get."""
    panels = [
        Panel("inequality of consumption, items", (ITEMS,)),
        Panel("inequality of consumption, creators", (CREATORS,)),
        Panel("utility of what the minority is shown", (MINORITY,)),
    ]
    TRIAL.draw(panels, "One list for all concentrates attention beyond what tastes explain", path)
