"""Which errors does a recommender find out by itself, and which does it keep?

We expected errors by which items are thought too little of to stay, for what is not shown says
nothing. In seeds 1 to 3 slates of ten that compete for one pick corrected them within ten rounds,
even after a first model with 20 rounds of history: what is in a slate with something that lures
gets fewer clicks than what is left out was believed to get. So there are slates of ten and of two
here. The claim and the bands are what we then stated; other seeds, from 101 on, are held to them.

What these say: the error costs a fifth of the clicks in the first two rounds and nothing in the
last fifteen, and in slates of two there is no error left either that four seeds could tell, so a
place by lot has nothing to mend: the bands that ask for it are missed. Likely reasons, not tested
here: users are not shown again what they had (environment.no_repeat), so that a list reaches far
below its first two items; and what is on top is there for its luck too, and falls. The bands for
what was thought too much of are missed because four seeds cannot tell.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loopsim.experiment import Check, Panel, Trial, above, below

KIND, WORLD, TOPIC, LOOP = "pathology", "recommender", "self-correction", "model"
CLAIM = (
    "A first model that thinks too little of what lures corrects itself in slates of ten, without "
    "any exploration: what shares a slate with a lure gets fewer clicks than what is left out is "
    "believed to get, and makes room. In slates of two that takes much longer, and a tenth of the "
    "places by lot speeds it. What the first model thinks too much of is gone as fast: it is shown "
    "and found wanting."
)
SOURCE = (
    "Denrell (2005), Why Most People Disapprove of Me: Experience Sampling in Impression Formation "
    "(the hot stove effect)"
)
MEND = "A tenth of the places filled at random."
CONTROL = "The same worlds with a first model that knew them."
CAPTION = (
    "Vermilion against black: a first model that thought too little of what lures has lost clicks "
    "at first, and joins black within five rounds, in slates of ten and of two alike; green, with "
    "a tenth of the places by lot, no sooner. Blue against grey: of one that thought too much "
    "nothing can be told."
)
SEEDS = 4

UNDER, OVER, SLICE = "thought too little", "thought too much", "too little, a tenth by lot"
KNEW, PLAIN = "knew better (lure)", "knew better (no lure)"
CLICKS = "true.click_through"


def _lure(before: float, after: float) -> dict[str, object]:
    """What clickbait lures by before round 0, of which the first model learns, and from then on."""
    shock = {"at": 0, "set": "environment.clickbait.lure", "to": after}
    return {"environment.clickbait.lure": before, "shocks": [shock]}


def _trial(k: int) -> Trial:
    """With slates of k items."""
    return Trial(
        "scenarios/recommender/popularity_bias.yaml",
        {
            UNDER: _lure(0.0, 3.0),
            OVER: _lure(3.0, 0.0),
            SLICE: _lure(0.0, 3.0) | {"policy.explore": 0.1},
            KNEW: _lure(3.0, 3.0),
            PLAIN: _lure(0.0, 0.0),
        },
        [CLICKS],
        seeds=SEEDS,
        controls=(KNEW, PLAIN),
        common={
            "environment.users": 500,
            "environment.population.items": 100,
            "environment.clickbait.mean": 0.3,
            "environment.satisfaction.sensitivity": 0.0,
            "environment.sample": 16,
            "training.window": {"kind": "all"},
            "training.history.rounds": 200 // k,
            "policy.k": k,
            "rounds": 40,
            "seed": 101,
        },
    )


TEN, TWO = _trial(10), _trial(2)


def _gap(trial: Trial, arm: str, other: str, rounds: slice) -> NDArray[np.float64]:
    """(seeds,) share of the click-through of one who knew that is lost in these rounds."""
    one, known = (trial.path(name, CLICKS)[:, rounds].mean(axis=1) for name in (arm, other))
    return np.asarray(1.0 - one / known)


FIRST, LAST = slice(0, 2), slice(-15, None)


def checks() -> list[Check]:
    """Shares of click-through lost; the first 2 and the last 15 rounds."""
    slow = _gap(TWO, UNDER, KNEW, LAST)
    return [
        above("ten, too little: lost at first", _gap(TEN, UNDER, KNEW, FIRST), than=0.05),
        below("ten, too little: lost at last", _gap(TEN, UNDER, KNEW, LAST), than=0.05),
        above("two, too little: lost at first", _gap(TWO, UNDER, KNEW, FIRST), than=0.1),
        above("two, too little: lost at last", slow, than=0.05),
        above("two: less that with a tenth by lot", slow - _gap(TWO, SLICE, KNEW, LAST)),
        below("ten, too much: lost at last", _gap(TEN, OVER, PLAIN, LAST), than=0.05),
        below("two, too much: lost at last", _gap(TWO, OVER, PLAIN, LAST), than=0.1),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """Slates of ten and of two, and in each who knew and who had to find out."""
    few, many = (UNDER, SLICE, KNEW), (OVER, PLAIN)
    panels = [
        Panel("slates of ten, too little: click-through", (CLICKS,), few, of=TEN),
        Panel("slates of two, too little", (CLICKS,), few, of=TWO),
        Panel("slates of ten, too much", (CLICKS,), many, of=TEN),
        Panel("slates of two, too much", (CLICKS,), many, of=TWO),
    ]
    TEN.draw(panels, "Slates that compete find out what they thought too little of", path)
