"""Clickbait begins to tire people: who in the team notices, and what still helps?

We expected a refit that waits for a fall in click-through never to come. In seeds 1 to 3 one came
once, and what it was worth can't be told; it is left out, for the list here is refitted every
other round anyway. An arm that learns from a survey took its place, unseen. The other bands are as
they were before the first run; seeds from 101 on are held to them.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = (
    "pathology", "recommender", "hidden concept drift", ("model", "sampling"),
)  # fmt: skip
CLAIM = (
    "From round 15 on clickbait costs satisfaction; what users click on stays as it was. The "
    "dashboard's click-through can't tell, a list that is refitted on clicks every other round "
    "stays what it was, and visits fall by more than a third. What helps was there before: lists "
    "for each user hold less of what lures everybody, and lose fewer visits; so does learning from "
    "a survey. The count of visits tells within five rounds, if somebody looks at it."
)
SOURCE = (
    "Gama et al. (2014), A Survey on Concept Drift Adaptation; Ie et al. (2019), RecSim (long-term "
    "satisfaction)"
)
MEND = "Lists for each user instead of one for all; learning from a survey, not from clicks."
CONTROL = "The same list without the change, and random slates with it."
CAPTION = (
    "On the left vermilion is on top of black, the same list without the change: clicks can't "
    "tell. In the middle they part at once, which a count of visits would show. Blue, a list for "
    "each user, loses least of what it had."
)
SEEDS = 5
AT = 15

ILL, OWN, SURVEY = "one list", "a list for each", "survey of all, a tenth by lot"
STEADY, CHANCE = "one list, no change", "random slates"
CLICKS, VISITS, HAPPY = "observed.click_through", "cost.decisions", "true.satisfaction"


def _tires(to: float) -> dict[str, object]:
    """What clickbait costs from round `AT` on: sensitivity of satisfaction."""
    return {"shocks": [{"at": AT, "set": "environment.satisfaction.sensitivity", "to": to}]}


TRIAL = Trial(
    "scenarios/recommender/silent_concept_drift.yaml",
    {
        ILL: _tires(0.5),
        OWN: _tires(0.5) | {"model": {"kind": "content"}},
        SURVEY: _tires(0.5)
        | {
            "training.trust": {"satisfied": 1.0},
            "environment.signals.satisfied": 1.0,
            "policy.explore": 0.1,
        },
        STEADY: _tires(0.0),
        CHANCE: _tires(0.5) | {"policy": {"kind": "random-slates"}},
    },
    [CLICKS, VISITS, HAPPY],
    seeds=SEEDS,
    controls=(STEADY, CHANCE),
    common={
        "environment.users": 600,
        "environment.population.items": 200,
        "environment.sample": 16,
        "rounds": 40,
        "seed": 101,
        "monitors": [],
    },
)


def checks() -> list[Check]:
    """Means of the last 10 rounds, paired by seed; visits in impressions, ten a visit."""
    less = TRIAL.difference
    lost = 1.0 - TRIAL.end(ILL, VISITS) / TRIAL.end(STEADY, VISITS)
    own = 1.0 - TRIAL.end(OWN, VISITS) / TRIAL.path(OWN, VISITS)[:, AT - 5 : AT].mean(axis=1)
    all_ = 1.0 - TRIAL.end(ILL, VISITS) / TRIAL.path(ILL, VISITS)[:, AT - 5 : AT].mean(axis=1)
    soon = TRIAL.path(ILL, VISITS)[:, AT + 5] / TRIAL.path(STEADY, VISITS)[:, AT + 5] - 1.0
    return [
        within(
            "click-through seen, less without", less(ILL, STEADY, CLICKS), -0.01, 0.01, sure=True
        ),
        above("share of the visits that is lost", lost, than=0.33),
        below("satisfaction, less random slates'", less(ILL, CHANCE, HAPPY), than=-0.05),
        below("share of visits lost since, a list for each less one", own - all_, than=-0.1),
        above("impressions, survey of all", less(SURVEY, ILL, VISITS), than=0.0),
        below("visits five rounds after, over those without", soon, than=-0.1),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """What the team looks at, what it could look at, and what is so."""
    panels = [
        Panel("click-through on the dashboard", (CLICKS,)),
        Panel("impressions in a round", (VISITS,)),
        Panel("satisfaction of everybody", (HAPPY,)),
    ]
    TRIAL.draw(panels, "Clicks stay the same until nobody is there to click", path)
