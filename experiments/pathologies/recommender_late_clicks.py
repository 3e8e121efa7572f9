"""New items come every round and clicks come late: when does a recommender hear of what is new?

We expected places for the new to be worth something to users too. Seeds 1 to 3 cannot tell. The
claim and the bands are what we then stated; other seeds, from 101 on, are held to them.
"""

from __future__ import annotations

from pathlib import Path

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "recommender", "feedback delay", "model"
CLAIM = (
    "With clicks that reach training a dozen rounds late, new items are hardly ever shown: by the "
    "time one is known it is new no longer. Two places of ten kept for new items by lot wait for "
    "no click and give them more than an even share; what users are shown is still worth less than "
    "with prompt clicks."
)
SOURCE = (
    "Chapelle (2014), Modeling Delayed Feedback in Display Advertising; Ktena et al. (2019), "
    "Addressing Delayed Feedback for Continuous Training with Neural Networks in CTR Prediction"
)
MEND = "Two places of ten for items of the last ten rounds, by lot."
CONTROL = "The same recommender with clicks a round late, and random slates."
CAPTION = (
    "On the left vermilion never comes to an even share: what arrives in round 12 is of the first "
    "items alone, and after round 24 nothing new is shown. Blue, with two places of ten for the "
    "new, is above an even share; black, with prompt clicks, far above it, for what is unknown "
    "scores the mean. In the middle, what that is worth to users. On the right, the dashboard of "
    "late clicks starts 12 rounds late, and then tells of the past."
)
SEEDS = 5

ILL, MENDED, SOON, CHANCE = "12 rounds late", "late, places for the new", "prompt", "random slates"
NEW, WORTH, SHARE = "true.new_exposure", "true.shown_utility", "observed.coverage"

TRIAL = Trial(
    "scenarios/recommender/late_labels.yaml",
    {
        ILL: {},
        MENDED: {"policy": {"kind": "exposure-floor", "places": 2}},
        SOON: {"labels.delay.rounds": 1},
        CHANCE: {"policy": {"kind": "random-slates"}},
    },
    [NEW, WORTH, SHARE, "true.click_through", "observed.click_through"],
    seeds=SEEDS,
    controls=(SOON, CHANCE),
    common={
        "environment.users": 500,
        "environment.population.items": 200,
        "environment.new_items": 3,
        "environment.sample": 16,
        "rounds": 40,
        "seed": 101,
    },
    last=20,
)


def checks() -> list[Check]:
    """Of new items' share of places over their share of the catalogue; last 20 rounds."""
    less, end = TRIAL.difference, TRIAL.end
    return [
        within("even share: random slates", end(CHANCE, NEW), 0.9, 1.1, sure=True),
        below("share of the new, late clicks", end(ILL, NEW), than=0.5),
        above("prompt less late", less(SOON, ILL, NEW), than=1.0),
        above("places for the new: their share", end(MENDED, NEW), than=1.0),
        above("utility shown, prompt less late", less(SOON, ILL, WORTH)),
        below("utility shown, places for the new less prompt", less(MENDED, SOON, WORTH)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The new, what is shown, and what the dashboard rests on."""
    panels = [
        Panel("share of places over share of catalogue, new items", (NEW,), level=1.0),
        Panel("utility of what is shown", (WORTH,)),
        Panel("click-through", ("true.click_through", "observed.click_through"), (ILL, SOON)),
    ]
    TRIAL.draw(panels, "What is new is old before its clicks come in", path)
