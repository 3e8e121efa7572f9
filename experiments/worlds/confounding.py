"""A shop whose users read ranked lists: Chaney, Stewart and Engelhardt (2018).

Users and items have attributes, and an item is worth their product. Every round brings new items,
and every user picks one that they have not had yet: the best by what they know of its worth, times
a power of its place in the list. Tastes never move: whatever becomes alike is what is picked.

Its recommenders, which learn from picks alone, are in ``picks.py``, its way to show new items in
``interleaved.py``. Only `loopsim`'s public interfaces are used: `Environment` and `registry.add`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import betaincinv, gammaincinv, ndtri

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.models.ranking.scorers import Counts
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import Kind
from loopsim.slates import SLOTS, Catalogue, Interactions, Visits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EDGES = Edges(
    sampling=Edge(
        "sampling", closed="no loop here: every user visits in every round", cut="the same"
    ),
    outcome=Edge(
        "outcome",
        closed="the slate makes the pick that is logged: an item's place decides with its worth",
        cut="logged is what would be picked if places did not matter",
        blend="share",
    ),
    feature=Edge("feature", closed="no loop here: nobody's taste moves", cut="the same"),
    model=Edge(
        "model",
        closed="training reads picks from the slates of earlier versions: confounded ones",
        cut="training reads the picks that users would have made, had all lists been random",
        blend="share",
    ),
    oversight=Edge("oversight", closed="no loop here: nobody reviews", cut="the same"),
)


@partial(add, "environment")
class Confounding(Kind):
    """Users who pick one item a round from a ranked list; new items come in every round."""

    kind: Literal["confounding"] = "confounding"
    form: ClassVar[str] = "slate"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "users", "attributes", "new", "steps", "known")

    users: int = Field(100, ge=2, lt=2**20)
    attributes: int = Field(20, ge=2, le=64, description="of users and items")
    new: int = Field(10, ge=2, description="items that come each round")
    steps: int = Field(100, ge=1, description="rounds in which items come")
    known: float = Field(0.98, gt=0, lt=1, description="mean share of its worth known before")
    attention: float = Field(-0.8, le=0, description="power of its place that a worth is times")
    listed: bool = Field(
        True, description="whether what a user has had keeps its place in the list"
    )
    network: bool = Field(False, description="whether it is known who is alike: a user's columns")

    def build(self, strengths: dict[str, float]) -> ConfoundingWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return ConfoundingWorld(self, strengths)


SIGMA = 1e-5  # standard deviation of every Beta below


def beta(mean: Any, uniform: Floats) -> Floats:
    """Quantiles of the Beta with these means and deviation `SIGMA` (the paper's Beta').

    A mean too near to 0 or 1 to have that deviation is cut to 1e-9 from there. Over a hundred
    deviations from either it is the normal, to a twentieth of a deviation, and a hundred times
    faster.
    """
    mean = np.clip(np.broadcast_to(mean, uniform.shape), 1e-9, 1.0 - 1e-9)
    found = mean + SIGMA * ndtri(uniform)
    close = np.minimum(mean, 1.0 - mean) < 100 * SIGMA
    few = mean[close]
    size = np.maximum(few * (1.0 - few) / SIGMA**2 - 1.0, 1e-9)
    found[close] = betaincinv(few * size, (1.0 - few) * size, uniform[close])
    return found  # type: ignore[no-any-return]


def dirichlet(alpha: Any, uniform: Floats) -> Floats:
    """Rows of Gamma quantiles, each over its sum."""
    gamma = gammaincinv(alpha, uniform)
    return gamma / gamma.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]


def connected(tastes: Floats) -> NDArray[np.bool_]:
    """(n, n) who is alike: the highest covariance of tastes at which nobody is alone."""
    covariance = np.cov(tastes)
    np.fill_diagonal(covariance, -np.inf)
    return np.asarray(covariance >= covariance.max(axis=1).min())


class ConfoundingWorld:
    """See `loopsim.environments.base.Environment`. Draws are keyed by user, item and round."""

    name, form, groups = "confounding", "slate", ("users",)
    schema = Schema(("user", "item", "place"))
    money = Money()

    def __init__(self, settings: Confounding, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)
        self.asked: tuple[int, Ints, Ints] = (-1, np.empty((0, 0), np.int64), np.empty(0, np.int64))

    def populate(self, draws: Draws) -> Population:
        """Users, and all items that will ever come: no decision has a say in them."""
        plan, d = self.settings, self.settings.attributes
        m = plan.new * plan.steps
        # A visitor has room for SLOTS places in an impression's id: so many ids, so many places.
        ids = np.arange(plan.users, dtype=np.int64) * -(-m // SLOTS)

        def drawn(stream: Stream, of: Ints, width: int, k: int) -> Floats:
            pairs = (of[:, None] << 24) + np.arange(width)
            return draws.uniform(stream, -1, pairs.ravel(), k).reshape(pairs.shape)

        one = np.zeros(1, dtype=np.int64)
        alike = 10.0 * dirichlet(1.0, drawn(Stream.WORLD, one, d, 0))
        narrow = 0.1 * dirichlet(100.0, drawn(Stream.WORLD, one, d, 1))
        tastes = dirichlet(alike, drawn(Stream.PEOPLE, ids, d, 0))
        items = dirichlet(narrow, drawn(Stream.WORLD, np.arange(m), d, 2))
        worth = beta(tastes @ items.T, drawn(Stream.PEOPLE, ids, m, 1))
        known = worth * beta(plan.known, drawn(Stream.PEOPLE, ids, m, 2))
        consumed = np.full((ids.size, plan.steps), -1)
        people = Population(ids, tastes=tastes, worth=worth, known=known)
        people["consumed"], people["natural"] = consumed, consumed.copy()
        people.world = {"items": items, "now": np.array(0)}
        return people

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """There is one group."""
        return np.zeros(people.ids[rows].shape, dtype=np.int8)

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Everybody."""
        return np.arange(len(people))

    def _catalogue(self, people: Population, t: int) -> Catalogue:
        there = people.world["items"][: self.settings.new * (t + 1)]
        born = np.arange(len(there)) // self.settings.new
        return Catalogue(there.copy(), born * 0, born, np.ones(len(there), dtype=bool))

    def _stated(self, people: Population, rows: Ints) -> Floats:
        if self.settings.network:
            return connected(people["tastes"])[rows].astype(np.float64)
        return np.empty((rows.size, 0))

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Visits:
        """Who visits, what they must not be shown, and what there is."""
        stated, had = self._stated(people, rows), people["consumed"][rows]
        if self.settings.listed:
            had = had[:, :0]
        return Visits(people.ids[rows], stated, had, self._catalogue(people, t))

    def learnable(self, people: Population, features: Floats) -> Interactions:
        """Stored impressions as a recommender learns from them."""
        user, item, place = features.T.astype(np.int64)
        stated = self._stated(people, people.rows(user))
        items = self._catalogue(people, int(people.world["now"]))
        return Interactions(user, item, place, stated, items)

    def utilities(self, people: Population, rows: Ints) -> Counts:
        """The worth of every item that there is, for the ideal recommender."""
        there = self.settings.new * (int(people.world["now"]) + 1)
        worth = people["worth"][rows, :there]
        return Counts(lambda at: worth[at])

    def _picks(self, people: Population, users: Ints, items: Ints, had: Ints, power: float) -> Ints:
        """(n,) the place picked from each slate; nothing is picked again."""
        known = people["known"][users]
        np.put_along_axis(known, had, -1.0, axis=1)
        place = np.arange(1.0, items.shape[1] + 1.0) ** power
        return np.argmax(np.take_along_axis(known, items, axis=1) * place, axis=1)

    def answers(
        self, people: Population, users: Ints, items: Ints, had: Ints, draws: Draws
    ) -> tuple[Ints, Ints]:
        """(n,) the place picked from each slate, and the one that is logged (edge: outcome)."""
        power = self.settings.attention
        picked = self._picks(people, users, items, had, power)
        logged = self.edges.outcome.read(
            picked,
            lambda: self._picks(people, users, items, had, 0.0),
            draws,
            people.ids[users],
        )
        return picked, logged

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """One item of each slate is picked; that is certain, once the slate is known."""
        k, users = cases.slots, cases.rows[:: cases.slots]
        items, had = cases.item.reshape(-1, k), people["consumed"][users, : cases.round]
        both = self.answers(people, users, items, had, draws)
        good, label = ((place[:, None] == np.arange(k)).ravel().astype(np.int8) for place in both)
        return Outcomes(good, good.astype(np.float64), label)

    def _unaided(self, people: Population, cases: Cases, draws: Draws) -> None:
        """The round as it would have been with random lists all along: `natural` picks."""
        k, t, users = cases.slots, cases.round, cases.rows[:: cases.slots]
        pairs = (people.ids[users, None] << 24) + np.arange(cases.pool.size)
        lots = draws.uniform(Stream.PANEL, t, pairs.ravel()).reshape(pairs.shape)
        had = people["natural"][users, :t]
        if not self.settings.listed:
            np.put_along_axis(lots, had, 2.0, axis=1)
        items = np.argsort(lots, axis=1)[:, :k]
        picked, logged = self.answers(people, users, items, had, draws)
        people["natural"][users, t] = np.take_along_axis(items, picked[:, None], axis=1)[:, 0]
        self.asked = t, items, logged

    def panel(
        self, people: Population, cases: Cases, draws: Draws, rows: Ints
    ) -> tuple[Floats, NDArray[np.int8]]:
        """What the same users would have picked, had all lists so far been random."""
        t, items, logged = self.asked
        assert t == cases.round, "people respond before the panel is asked"
        visit, place = rows // cases.slots, rows % cases.slots
        ids = people.ids[cases.rows[rows]]
        shown = np.column_stack([ids, items[visit, place], place]) * 1.0
        return shown, (logged[visit] == place).astype(np.int8)

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """What is picked is consumed; the next items come."""
        picked = outcomes.good == 1
        people["consumed"][cases.rows[picked], cases.round] = cases.item[picked]
        self._unaided(people, cases, draws)
        people.world["now"] = np.array(cases.round + 1)

    def measure(self, people: Population, cases: Cases, outcomes: Outcomes) -> dict[str, float]:
        """`worth`: mean utility of what was picked."""
        picked = outcomes.good == 1
        return {"worth": float(people["worth"][cases.rows[picked], cases.item[picked]].mean())}

    def truth(self, people: Population) -> dict[str, Floats]:
        """`consumed`: how many items each user has had."""
        return {"consumed": (people["consumed"] >= 0).sum(axis=1) * 1.0}
