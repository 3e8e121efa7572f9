"""Small creators are promised an even share: of what, and do they get it?

A creator is small with up to three items; a quarter of the items are theirs. An even share is what
an item would have if all had the same. Each of N items in the lot gets 2/10 of M/N even shares of
the impressions by two places, but attention falls as rank^-0.8, and the last two places have 0.09
of it.

We expected small creators to get little on average too. Seeds 1 to 3 of a world with fewer of them
said that they get about their share, a few of them, and the others nothing: so the promise is now
to each of them. The claim, the bands and the world are what we then stated; other seeds, from 101
on, are held to them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loopsim.experiment import Check, Panel, Trial, above, below, within

KIND, WORLD, TOPIC, LOOP = "pathology", "recommender", "compliance gap", "model"
CLAIM = (
    "Each small creator is promised half of an even share. A list of the most clicked keeps that "
    "to few of them, though together they get about their share. Two places of ten, by lot, keep "
    "it to all in impressions, which is what is audited, and to few in attention, for these are "
    "the last places. Four places keep it in attention too, and cost users some utility."
)
SOURCE = (
    "Singh and Joachims (2018), Fairness of Exposure in Rankings; Biega et al. (2018), Equity of "
    "Attention"
)
MEND = "Places of each slate for items of small creators, by lot: two, or four."
CONTROL = "Random slates, and an oracle that shows each user what is worth most to them."
CAPTION = (
    "On the left both floors are on top, where random slates are: audited in impressions the "
    "promise is kept. In the middle, in attention, blue (two places, the last ones) is not; green "
    "(four places) is. On the right, what that costs users."
)
SEEDS = 5
SMALL = 3  # items of a small creator, at most
ROUNDS = 10  # that a share is taken over
PROMISED = 0.5  # of an even share

ILL, TWO, FOUR = "most clicked", "two places", "four places"
CHANCE, ORACLE = "random slates", "oracle"
SHOWN, SEEN, TOGETHER = "own.impressions", "own.attention", "own.together"
WORTH = "true.shown_utility"


class Promise:
    """Share of small creators with half of an even share in the last ten rounds, or more.

    `impressions` and `attention`; `together` is their items' impressions over an even share.
    """

    def __init__(self) -> None:
        self.paths: dict[str, list[float]] = {"impressions": [], "attention": [], "together": []}
        self.past: list[Any] = []

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """Count one round's impressions and attention, item by item."""
        creator = sim.people.world["creator"]
        attention = np.tile(sim.world.attention()[: cases.slots], len(cases) // cases.slots)
        weights = (np.ones(len(cases)), attention)
        round_ = [np.bincount(cases.item, weight, creator.size) for weight in weights]
        self.past = [*self.past[-ROUNDS + 1 :], round_]
        size = np.bincount(creator)
        small = (size > 0) & (size <= SMALL)
        got = np.sum(self.past, axis=0)
        for name, by_item in zip(("impressions", "attention"), got, strict=True):
            shares = np.bincount(creator, by_item)[small] / size[small] / by_item.mean()
            self.paths[name].append(float(np.mean(shares >= PROMISED)))
        self.paths["together"].append(float(got[0][small[creator]].mean() / got[0].mean()))


_FLOOR = {"kind": "exposure-floor", "of": "small-creators", "most": SMALL}
TRIAL = Trial(
    "scenarios/recommender/popularity_bias.yaml",
    {
        ILL: {},
        TWO: {"policy": _FLOOR | {"places": 2}},
        FOUR: {"policy": _FLOOR | {"places": 4}},
        CHANCE: {"policy": {"kind": "random-slates"}},
        ORACLE: {"model": {"kind": "oracle-slates"}},
    },
    [SHOWN, SEEN, TOGETHER, WORTH],
    seeds=SEEDS,
    controls=(CHANCE, ORACLE),
    common={
        "environment.users": 500,
        "environment.population.items": 300,
        "environment.population.creators": 80,
        "environment.clickbait.mean": 0.0,
        "environment.sample": 16,
        "rounds": 40,
        "seed": 101,
    },
    watch=(__file__, "Promise"),
)


def checks() -> list[Check]:
    """Share of small creators to whom the promise is kept; means of the last 10 rounds."""
    end, less = TRIAL.end, TRIAL.difference
    return [
        above("in attention, random slates", end(CHANCE, SEEN), than=0.95),
        below("in impressions, most clicked", end(ILL, SHOWN), than=0.4),
        within("together, over an even share", end(ILL, TOGETHER), 0.5, 1.5),
        above("in impressions, two places", end(TWO, SHOWN), than=0.95),
        below("in attention, two places", end(TWO, SEEN), than=0.5),
        above("in attention, four places", end(FOUR, SEEN), than=0.95),
        below("what four places cost in utility", less(FOUR, ILL, WORTH)),
        above("in attention, the oracle less most clicked", less(ORACLE, ILL, SEEN)),
    ]


def draw(found: tuple[Check, ...], path: Path) -> None:
    """The promise in impressions and in attention, and what it costs."""
    panels = [
        Panel("share of small creators, by impressions", (SHOWN,)),
        Panel("share of small creators, by attention", (SEEN,)),
        Panel("utility of what is shown", (WORTH,)),
    ]
    TRIAL.draw(
        panels, "To how many the promise is kept: where it is audited, and where people look", path
    )
