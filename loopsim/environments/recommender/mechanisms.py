"""Settings of the single mechanisms of the recommender world."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from loopsim.settings import Settings


class Position(Settings):
    """Attention at place p = 1, 2 ... over that at the top."""

    law: Literal["rank", "exponential", "geometric", "none"] = Field(
        "rank", description="p^-rate (Chaney), exp(-rate·(p-1)) (Mansoury), rate^(p-1) (SIREN)"
    )
    rate: float = Field(0.8, ge=0, le=10, description="the rate in that law")


class Choice(Settings):
    """How a user picks from a slate."""

    rule: Literal["logit", "argmax"] = Field(
        "logit",
        description="multinomial logit against none; or the highest attention × known utility",
    )
    known: float = Field(
        0.98,
        ge=0.5,
        le=1,
        description="mean share of its utility that is known of an item (argmax)",
    )
    outside: float = Field(
        0.0, ge=0, le=1, description="utility below which nothing is picked (argmax); Chaney: 0"
    )


class Drift(Settings):
    """How consumption moves a taste."""

    rule: Literal["rotate", "add"] = Field(
        "rotate", description="turn towards the item, length kept; or add a share of the item"
    )
    rate: float = Field(0.02, ge=0, le=1, description="share of the angle, or of the item's vector")


class Satisfaction(Settings):
    """A stock s of net positive exposures; satisfaction is 1/(1 + exp(−sensitivity·s)).

    After an item of clickbait c and utility v that was consumed: s' = memory·s − cost·(c − ½) +
    pleasure·(2v − 1) + N(0, noise²). After a visit without a pick: s' = memory·s − disappointment.
    With pleasure 0 this is RecSim's long-term satisfaction (Ie et al. 2019; memory .7, cost 2,
    noise .05); its published sensitivity of .01 leaves no trade-off, the crossing is near .067.
    """

    sensitivity: float = Field(0.3, ge=0, le=10, description="of satisfaction to the stock")
    memory: float = Field(0.7, ge=0, lt=1, description="share of the stock that is kept")
    cost: float = Field(2.0, ge=0, description="what clickbait takes from the stock")
    pleasure: float = Field(2.0, ge=0, description="what the true utility adds to the stock")
    disappointment: float = Field(0.2, ge=0, description="what a visit without a pick takes away")
    noise: float = Field(0.05, ge=0, description="sd of what moves the stock by chance")
    loyalty: float = Field(
        0.8, ge=0, le=1, description="visits are multiplied by 1 + loyalty·(2·satisfaction − 1)"
    )
    leaving: float = Field(
        0.05,
        ge=0,
        le=1,
        description="chance after a visit to leave for good, × (1 − 2·satisfaction)",
    )


class Boredom(Settings):
    """More of the same: the mean likeness of a pick to the last five, fading."""

    effect: float = Field(
        0.3, ge=0, le=1, description="visits are multiplied by 1 − effect·boredom"
    )
    rest: float = Field(0.9, ge=0, lt=1, description="share of boredom that is left a round later")


class Clickbait(Settings):
    """What an item promises and does not keep."""

    mean: float = Field(0.1, ge=0, le=1, description="mean over items, each in 0 .. 1")
    lure: float = Field(1.0, ge=0, description="log-odds that full clickbait adds before the click")


class Creators(Settings):
    """Creators make more of what was consumed: profile += adapt·(genres of their consumed items).

    The profile is divided by its sum again, and no genre falls below `floor`.
    """

    adapt: float = Field(0.0005, ge=0, le=1, description="step towards each consumed item")
    sharpness: float = Field(
        0.1, gt=0, le=100, description="an item's genres are Dirichlet(sharpness·profile)"
    )
    floor: float = Field(1e-4, gt=0, lt=0.01, description="least share of a genre in a profile")


Cuts = tuple[float, float, float, float]


def _ascending(cuts: Cuts) -> Cuts:
    if not all(a < b for a, b in pairwise(cuts)):
        raise PydanticCustomError("cuts", "four numbers, each above the one before it")
    return cuts


class Stars(Settings):
    """Ordered probit: 1 + how many of the cuts slope·value + N(0, 1) passes.

    The value of a pick is its true log-odds, clickbait's lure left out.
    """

    slope: float = Field(description="what a log-odds counts, in sd of what else decides")
    cuts: Annotated[Cuts, AfterValidator(_ascending)] = Field(
        description="what it takes to get 2, 3, 4 and 5 stars, ascending"
    )


class Signals(Settings):
    """What comes back besides clicks, each a kind of feedback of its own, in the next round."""

    rating: float = Field(
        0.2, ge=0, le=1, description="share of picks that are rated (good: 4 or 5 of 5 stars)"
    )
    satisfied: float = Field(
        0.1, ge=0, le=1, description="share of picks asked after (good: not regretted)"
    )
