"""Patrols that go where incidents were found: the urns of Ensign et al. (2018).

A town has two regions and one patrol a day. Incidents happen in both; those of a region are found
if the patrol is there. A model keeps an urn a town, to which found incidents are added and from
which old ones vanish, and the patrol goes to a region with the probability of its share. Towns are
replicates side by side. What the paper calls biased sampling is the outcome edge here: the decision
hides the label.

Only `loopsim`'s public interfaces are used: `Environment`, `Model`, `Policy` and `registry.add`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import LOOPS, Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.models.numbers.settings import NumberKind
from loopsim.models.ranking.arrays import ArrayModel
from loopsim.policies.base import Decision
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pair = tuple[float, float]

REGIONS = ("A", "B")
EDGES = Edges(
    **{name: Edge(name, closed="no loop here", cut="the same") for name in LOOPS}
    | {
        "outcome": Edge(
            "outcome",
            closed="incidents of a region are found where the patrol is, and nowhere else",
            cut="the incidents of both regions are found, wherever the patrol is",
            blend="share",
        )
    }
)


@partial(add, "environment")
class Patrols(Kind):
    """Towns of two regions with one patrol a day."""

    kind: Literal["patrols"] = "patrols"
    form: ClassVar[str] = "value"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "towns")

    towns: int = Field(1000, ge=1, lt=2**30, description="independent towns")
    rates: Pair = Field((3.68511, 2.816466), description="incidents a day in A and in B")
    law: Literal["poisson", "fixed"] = Field("poisson", description="fixed: just as many each day")

    def build(self, strengths: dict[str, float]) -> PatrolsWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return PatrolsWorld(self, strengths)


class PatrolsWorld:
    """See `loopsim.environments.base.Environment`; a row is a region, A and B of each town."""

    name, form, groups, money = "patrols", "value", REGIONS, Money()
    schema = Schema(("town", "region"))

    def __init__(self, settings: Patrols, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)

    def populate(self, draws: Draws) -> Population:
        """Regions, town by town."""
        ids = np.arange(2 * self.settings.towns, dtype=np.int64)
        return Population(ids, found=np.zeros(ids.size))

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """The region."""
        return (people.ids[rows] % 2).astype(np.int8)

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Every region, every day."""
        return np.arange(len(people))

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 2) the town and the region."""
        return np.column_stack(np.divmod(people.ids[rows], 2)) * 1.0

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Incidents of both regions, and those that are found (edge: outcome)."""
        rate = np.array(self.settings.rates)[cases.ids % 2]
        incidents = rate
        if self.settings.law == "poisson":
            incidents = _poisson(rate, draws.uniform(Stream.OUTCOME, cases.round, cases.ids))
        found = np.where(cases.actions == 1, incidents, np.nan)
        label = self.edges.outcome.read(found, incidents, draws, cases.ids)
        return Outcomes(incidents, rate, label)

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Nobody moves; the found incidents are counted."""
        people["found"][cases.rows] += np.nan_to_num(outcomes.label)

    def truth(self, people: Population) -> dict[str, Floats]:
        """`found`: incidents found so far."""
        return {"found": people["found"]}


def _poisson(rate: Floats, uniform: Floats) -> Floats:
    """Quantiles of Poisson laws with a few rates."""
    from scipy.stats import poisson

    out = np.empty(rate.size)
    for one in np.unique(rate):
        table = poisson.cdf(np.arange(int(one + 20 * np.sqrt(one) + 20)), one)
        at = rate == one
        out[at] = np.searchsorted(table, uniform[at])
    return out


class UrnModel(ArrayModel):
    """An urn a town; the score of a region is its share.

    Parameters
    ----------
    start : (float, float)
        Balls of A and B before the first day.
    decay : float in [0, 1)
        Probability that a ball vanishes in a day; one of each colour stays.
    correct : bool
        Whether what was found enters only with probability (1 − share)/(largest 1 − share), so that
        a region that is visited more is not believed to be worse for that.
    """

    name, incremental = "urn", True

    def __init__(self, start: Pair, decay: float, correct: bool) -> None:
        super().__init__()
        self.start, self.decay, self.correct = start, decay, correct

    def _balls(self, towns: int) -> Floats:
        """(towns, 2) as they are now."""
        held = self.learnt.get("balls", np.empty((0, 2)))
        new = np.tile(np.array(self.start, dtype=np.float64), (towns - len(held), 1))
        return np.concatenate([held, new])

    def fit(  # type: ignore[override]
        self, features: Floats, labels: Floats, weights: Floats | None, random_state: int
    ) -> UrnModel:
        """Add the day's findings to the urns, then let old balls vanish; weights are not read."""
        town, region = features.T.astype(np.int64)
        balls = self._balls(int(town.max()) + 1)
        draws = Draws(random_state)
        if self.correct:
            rest = 1.0 - balls / balls.sum(axis=1, keepdims=True)
            accept = rest[town, region] / rest.max(axis=1)[town]
            drawn = draws.uniform(Stream.FIT, 0, 2 * town + region)
            labels = np.where(drawn < accept, labels, 0.0)
        np.add.at(balls, (town, region), labels)
        if self.decay > 0.0:
            ids = np.arange(balls.size, dtype=np.int64)
            lost = _binomial(balls.ravel(), self.decay, draws.uniform(Stream.FIT, 1, ids))
            balls = np.maximum(balls - lost.reshape(balls.shape), 1.0)
        return self.having(balls=balls)

    def score(self, features: Floats) -> Floats:  # type: ignore[override]
        """(n,) shares."""
        town, region = features.T.astype(np.int64)
        balls = self._balls(int(town.max()) + 1)
        return balls[town, region] / balls[town].sum(axis=1)  # type: ignore[no-any-return]


def _binomial(n: Floats, p: float, uniform: Floats) -> Floats:
    """Quantiles of Binomial(n, p), all at once, by adding up probabilities from 0 on."""
    k, chance = np.zeros(n.size), (1.0 - p) ** n
    reached = chance.copy()
    while (left := (uniform > reached) & (k < n)).any():
        chance = chance * (n - k) / (k + 1) * (p / (1.0 - p))
        k = np.where(left, k + 1, k)
        reached = np.where(left, reached + chance, reached)
    return k


@partial(add, "model")
class Urn(NumberKind):
    """An urn of found incidents for each town; refit it every day."""

    kind: Literal["urn"] = "urn"
    start: Pair = Field((609.0, 379.0), description="balls of A and B before the first day")
    decay: float = Field(0.01, ge=0, lt=1, description="probability that a ball vanishes in a day")
    correct: bool = Field(False, description="accept findings by 1 less the share of the region")

    def build(self, schema: Schema) -> UrnModel:  # type: ignore[override]
        """Urns as they are before the first day."""
        return UrnModel(self.start, self.decay, self.correct)


@dataclass(frozen=True)
class PatrolPolicy:
    """One region of each town is patrolled, with the probability of its score."""

    name: str = "patrol"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`; cases come in pairs, A and B of a town."""
        to_a = draws.uniform(Stream.EXPLORE, cases.round, cases.ids[::2]) < cases.scores[::2]
        actions = np.column_stack([to_a, ~to_a]).ravel()
        chance = np.where(actions, cases.scores, 1.0 - cases.scores)
        return actions.astype(np.int8), chance


@partial(add, "policy")
class Patrol(Kind):
    """A patrol for each town, sent by chance in proportion to what is believed of the regions."""

    kind: Literal["patrol"] = "patrol"
    form: ClassVar[str] = "value"

    def build(self, money: Money, groups: tuple[str, ...]) -> PatrolPolicy:  # type: ignore[override]
        """The policy."""
        return PatrolPolicy()
