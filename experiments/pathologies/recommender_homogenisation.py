"""How much more alike do users consume than their tastes are, and what lets them differ again?

We expected lists for each user to give them more of what they like as well. Seeds 1 to 3 cannot
tell, for here everybody takes something from every slate, mostly from the top. The claim and the
bands are what we then stated; other seeds, from 101 on, are held to them.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below

KIND, WORLD, TOPIC, LOOP = "pathology", "recommender", "echo chamber", "model"
CLAIM = (
    "Under one list learned from its own clicks any two users share far more of what they consume "
    "than the items that they like best would make them, and more than under the oracle. Lists for "
    "each user, and places by lot, make it less. What users pick stays worth far less than under "
    "the oracle, with either."
)
SOURCE = "Chaney, Stewart and Engelhardt (2018), How Algorithmic Confounding Increases Homogeneity"
MEND = "Lists for each user, from their own clicks and what is known of the items."
CONTROL = "Random slates, and an oracle that shows each user what is worth most to them."
CAPTION = (
    "0 is as alike as tastes. On the left vermilion lies far above 0 and above grey, the oracle; "
    "green (a fifth by lot) and blue (a list for each) lie between. In the middle, users of the "
    "likest taste: under both they share less than they would under the oracle. On the right, the "
    "worth of what is picked."
)
SEEDS = 5

ILL, OWN, SLICE = "one list", "a list for each", "one list, a fifth by lot"
CHANCE, ORACLE = "random slates", "oracle"
PAIRS, LIKE = "true.jaccard_over_ideal", "true.jaccard_neighbours_over_ideal"
WORTH = "true.utility"

TRIAL = Trial(
    "scenarios/recommender/homogenisation.yaml",
    {
        ILL: {},
        OWN: {"model": {"kind": "content"}},
        SLICE: {"policy.explore": 0.2},
        CHANCE: {"policy": {"kind": "random-slates"}},
        ORACLE: {"model": {"kind": "oracle-slates"}},
    },
    [PAIRS, LIKE, WORTH],
    seeds=SEEDS,
    controls=(CHANCE, ORACLE),
    common={
        "environment.users": 400,
        "environment.population.items": 200,
        "environment.sample_every": 3,
        "rounds": 40,
        "seed": 101,
    },
)


def checks() -> list[Check]:
    """0: no more alike than the items that they like best; means of the last 10 rounds."""
    less, end = TRIAL.difference, TRIAL.end
    return [
        above("two users by chance, over the ideal", end(ILL, PAIRS), than=0.1),
        above("less the oracle's", less(ILL, ORACLE, PAIRS), than=0.1),
        below("mended by a list for each", less(OWN, ILL, PAIRS), than=-0.05),
        below("by places by lot", less(SLICE, ILL, PAIRS), than=-0.02),
        below("utility picked, one list less the oracle", less(ILL, ORACLE, WORTH), than=-0.1),
        below("a list for each less the oracle", less(OWN, ORACLE, WORTH), than=-0.1),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Pairs by chance, users of the likest taste, and what is picked."""
    panels = [
        Panel("two users by chance: alike beyond the ideal", (PAIRS,), level=0.0),
        Panel("two of the likest taste: beyond the ideal", (LIKE,), level=0.0),
        Panel("utility of what is picked", (WORTH,)),
    ]
    TRIAL.draw(panels, "One list makes users alike whose tastes are not", path)
