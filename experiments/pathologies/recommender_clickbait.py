"""A recommender is paid in clicks: what do its users get, and who would tell it?

We expected a survey of all picks to mend a good part of it. Seeds 1 to 3 said otherwise, there and
in the smaller catalogue with fewer impressions of prior that is used here: surveys are of what was
picked, and what nobody is shown they say nothing of. The claim and the bands are what we then
stated; other seeds, from 101 on, are held to them.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "recommender", "proxy-metric failure", ("model", "sampling")
CLAIM = (
    "Trained on clicks, one list for all fills with clickbait: more clicks than random slates get, "
    "and users who are less satisfied than with those and stop coming. Learning from a survey of a "
    "tenth of the picks changes nothing; from one of all picks, with a tenth of the places by lot, "
    "it mends some. Lists for each user, learned from the same clicks, mend more: there is "
    "something else to show than what lures everybody."
)
SOURCE = (
    "Ie et al. (2019), RecSim (long-term satisfaction); Stray et al. (2021), What Are You "
    "Optimizing For? Aligning Recommender Systems with Human Values"
)
MEND = (
    "Lists for each user; or learning from what users say of what they picked (training.trust), "
    "asked of every pick, with a tenth of the places by lot."
)
CONTROL = "Random slates, and an oracle that shows what is worth most."
CAPTION = (
    "On the left vermilion is far above random slates, in black: on the dashboard the list is a "
    "success. In the middle and on the right it is far below black. Blue, lists for each user, "
    "stays with black and has more clicks; green, the survey, comes part of the way."
)
SEEDS = 6

ILL, SLICE, OWN = "clicks", "clicks, a tenth by lot", "clicks, a list for each"
TENTH, SURVEY = "survey of a tenth", "survey of all, a tenth by lot"
CHANCE, ORACLE = "random slates", "oracle"
CLICKS, HAPPY, VISITS = "observed.click_through", "true.satisfaction", "true.visits"
BAIT = "true.clickbait"

_SURVEY = {"training.trust": {"satisfied": 1.0}}
TRIAL = Trial(
    "scenarios/recommender/clickbait.yaml",
    {
        ILL: {},
        OWN: {"model": {"kind": "content"}},
        SURVEY: _SURVEY | {"environment.signals.satisfied": 1.0, "policy.explore": 0.1},
        SLICE: {"policy.explore": 0.1},
        TENTH: _SURVEY,
        CHANCE: {"policy": {"kind": "random-slates"}},
        ORACLE: {"model": {"kind": "oracle-slates"}},
    },
    [CLICKS, HAPPY, VISITS, BAIT],
    seeds=SEEDS,
    controls=(CHANCE, ORACLE),
    common={
        "environment.users": 600,
        "environment.population.items": 80,
        "model.prior": 5.0,
        "environment.sample": 16,
        "rounds": 40,
        "seed": 101,
    },
)


def checks() -> list[Check]:
    """Means of the last 10 rounds, paired by seed."""
    less = TRIAL.difference
    return [
        above("click-through, less random slates'", less(ILL, CHANCE, CLICKS), than=0.01),
        below("satisfaction, less random slates'", less(ILL, CHANCE, HAPPY), than=-0.05),
        below("visits, less random slates'", less(ILL, CHANCE, VISITS), than=-20),
        above("clickbait that is picked, less the oracle's", less(ILL, ORACLE, BAIT), than=0.2),
        within("satisfaction, survey of a tenth", less(TENTH, ILL, HAPPY), -0.02, 0.02, sure=True),
        above("satisfaction, survey of all and lot", less(SURVEY, ILL, HAPPY), than=0.01),
        above("the survey's part of it", less(SURVEY, SLICE, HAPPY)),
        below("and satisfaction, less random slates'", less(SURVEY, CHANCE, HAPPY)),
        above("satisfaction, a list for each", less(OWN, ILL, HAPPY), than=0.05),
        above("visits, a list for each", less(OWN, ILL, VISITS), than=20),
        below("clickbait picked, a list for each", less(OWN, ILL, BAIT), than=-0.1),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The proxy, what it stands for, and what comes of it."""
    panels = [
        Panel("click-through on the dashboard", (CLICKS,)),
        Panel("satisfaction of everybody", (HAPPY,)),
        Panel("visits in a round", (VISITS,)),
    ]
    TRIAL.draw(panels, "Clicks go up, and those who click go away", path)
