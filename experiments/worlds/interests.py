"""Users whose interest in an item moves with every time that it is shown: Jiang et al. (2019).

A user is a replicate: nothing links two of them. An item shown is clicked with probability σ(μ),
and its interest μ goes up by a step if it is and down by one if not. The file also holds what such
a world is asked with: a bandit a user.

Only `loopsim`'s public interfaces are used: `Environment`, `Recommender` and `registry.add`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.models.ranking.arrays import ArrayModel
from loopsim.models.ranking.settings import RecommenderKind
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
        "outcome", closed="no loop here: whatever is shown is answered, by itself", cut="the same"
    ),
    feature=Edge(
        "feature",
        closed="what was shown moved the interest in it, up with a click and down without one",
        cut="the interest in everything is what it was at the start",
    ),
    model=Edge(
        "model",
        closed="the bandits learn from the slates that they picked",
        cut="the bandits learn from as many answers to random slates, asked but not lived",
        blend="share",
    ),
    oversight=Edge("oversight", closed="no loop here: nobody reviews", cut="the same"),
)


def sigmoid(z: Any) -> Any:
    """1/(1 + exp(−z)), without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


@partial(add, "environment")
class Interests(Kind):
    """Users with an interest in each of a few items, which showing it moves."""

    kind: Literal["interests"] = "interests"
    form: ClassVar[str] = "slate"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "users", "items", "start", "width")

    users: int = Field(30, ge=1, lt=2**30, description="independent users")
    items: int = Field(10, ge=1, le=SLOTS)
    start: float = Field(0.0, description="middle of the interests at the start")
    width: float = Field(1.0, ge=0, description="of the uniform that they are drawn from")
    step: float = Field(0.01, ge=0, description="longest move of a shown item's interest")
    reset: float = Field(0.0, ge=0, le=1, description="chance that it is drawn anew instead")

    def build(self, strengths: dict[str, float]) -> InterestsWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return InterestsWorld(self, strengths)


class InterestsWorld:
    """See `loopsim.environments.base.Environment`. Draws are keyed by user, item and round."""

    name, form, groups = "interests", "slate", ("users",)
    schema = Schema(("user", "item", "place"))
    money = Money()

    def __init__(self, settings: Interests, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)
        m = settings.items
        none = np.zeros(m, dtype=np.int64)
        self.catalogue = Catalogue(np.empty((m, 0)), none, none, np.ones(m, dtype=bool))
        self.answers: tuple[Ints, NDArray[np.int8]] | None = None

    def _uniform(self, draws: Draws, stream: Stream, t: int, users: Ints, k: int = 0) -> Floats:
        """(n, m) a draw for each user and item."""
        pairs = users[:, None] * SLOTS + np.arange(self.settings.items)
        return draws.uniform(stream, t, pairs.ravel(), k).reshape(pairs.shape)

    def _drawn(self, uniform: Floats) -> Floats:
        """Interests as they are at the start, or after a reset."""
        return self.settings.start + self.settings.width * (uniform - 0.5)

    def populate(self, draws: Draws) -> Population:
        """Users, and their interests twice: `carried` ones move, `natural` ones do not."""
        ids = np.arange(self.settings.users, dtype=np.int64)
        start = self._drawn(self._uniform(draws, Stream.PEOPLE, -1, ids))
        return Population(ids, carried=start, natural=start.copy())

    def interests(self, people: Population) -> Floats:
        """(users, m) what clicks are drawn from (edge: feature)."""
        return self.edges.feature.read(people["carried"], people["natural"])

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """There is one group."""
        return np.zeros(people.ids[rows].shape, dtype=np.int8)

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Everybody."""
        return np.arange(len(people))

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Visits:
        """Who visits; nothing else is known of them."""
        none = np.empty((rows.size, 0))
        return Visits(people.ids[rows], none, none.astype(np.int64), self.catalogue)

    def learnable(self, people: Population, features: Floats) -> Interactions:
        """Stored impressions as a bandit learns from them."""
        user, item, place = features.T.astype(np.int64)
        return Interactions(user, item, place, np.empty((user.size, 0)), self.catalogue)

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Clicks on what is shown; drawn for all items, so that a panel can ask for others."""
        users = cases.rows[:: cases.slots]
        chance = sigmoid(self.interests(people)[users])
        uniform = self._uniform(draws, Stream.OUTCOME, cases.round, people.ids[users])
        good = (uniform < chance).view(np.int8)
        self.answers = people.ids[users], good
        shown = np.repeat(np.arange(users.size), cases.slots), cases.item
        return Outcomes(good[shown], chance[shown], good[shown])

    def utilities(self, people: Population, rows: Ints) -> Table:
        """The chance of a click on every item, for the oracle."""
        chance = sigmoid(self.interests(people)[rows])
        return Table(lambda at: chance[at])

    def panel(
        self, people: Population, cases: Cases, draws: Draws, rows: Ints
    ) -> tuple[Floats, NDArray[np.int8]]:
        """The same users' answers of this round to random slates of the same size."""
        assert self.answers is not None, "outcomes come before the panel"
        users, good = self.answers
        lots = self._uniform(draws, Stream.PANEL, cases.round, users)
        visit, place = rows // cases.slots, rows % cases.slots
        item = np.argsort(lots, axis=1)[visit, place]
        return np.column_stack([users[visit], item, place]) * 1.0, good[visit, item]

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """The interest in what was shown moves, or is drawn anew."""
        shown, t, ids = (cases.rows, cases.item), cases.round, cases.rows * SLOTS + cases.item
        step = self.settings.step * draws.uniform(Stream.RESPONSE, t, ids)
        moved = people["carried"][shown] + np.where(outcomes.good == 1, step, -step)
        if self.settings.reset > 0.0:
            anew = draws.uniform(Stream.RESPONSE, t, ids, k=1) < self.settings.reset
            drawn = self._drawn(draws.uniform(Stream.RESPONSE, t, ids, k=2))
            moved = np.where(anew, drawn, moved)
        people["carried"][shown] = moved

    def truth(self, people: Population) -> dict[str, Floats]:
        """`moved`: ‖μ(t) − μ(0)‖² of each user."""
        return {"moved": ((self.interests(people) - people["natural"]) ** 2).sum(axis=1)}

    def pressures(self, people: Population) -> dict[str, float]:
        """How much the feature loop moves the interests of this very run."""
        return {"feature": float(self.truth(people)["moved"].mean())}


# -- what it is asked with -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Table:
    """A `Scorer` of scores that are probabilities already, made for some visits at a time."""

    made: Callable[[slice], Floats]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return self.made(at).astype(np.float32)

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return np.clip(scores, 0.0, 1.0, dtype=np.float64)


class Bandit(ArrayModel):
    """Beta-Bernoulli bandits, one a user: Beta(1 + clicks, 1 + passes) for every item.

    A fit adds the rows since the last one. Scores are the posteriors' means, or draws from them
    (Thompson 1933).

    Parameters
    ----------
    draw : bool
    """

    name, incremental = "bandit", True

    def __init__(self, draw: bool) -> None:
        super().__init__()
        self.needs_draws = draw

    def fit(
        self, features: Interactions, labels: NDArray[np.int8], weights: Floats | None,
        random_state: int,
    ) -> Bandit:  # fmt: skip
        """Add the rows to what is known, `seen` (users by id, m, 2); one class will do."""
        held = self.learnt.get("seen", np.zeros((0, 0, 2)))
        users = max(len(held), int(features.users.max(initial=-1)) + 1)
        seen = np.zeros((users, max(held.shape[1], len(features.catalogue)), 2))
        seen[: held.shape[0], : held.shape[1]] = held
        ones = np.ones(len(labels)) if weights is None else weights
        np.add.at(seen, (features.users, features.items, 1 - labels), ones)
        return self.having(seen=seen)

    def posteriors(self, users: Ints, items: int) -> tuple[Floats, Floats]:
        """(n, m) both parameters; Beta(1, 1) of whom and what is unknown."""
        seen = self.learnt.get("seen", np.zeros((0, 0, 2)))
        found = np.ones((users.size, items, 2))
        known = users < len(seen)
        found[known, : seen.shape[1]] += seen[users[known]]
        return found[..., 0], found[..., 1]

    def scorer(self, visits: Visits) -> Table:
        """Means."""

        def made(at: slice) -> Floats:
            yes, no = self.posteriors(visits.users[at], len(visits.catalogue))
            return yes / (yes + no)

        return Table(made)

    def score_drawn(self, visits: Visits, draws: Draws, t: int) -> Table:
        """Draws, keyed by the round, the user and the item."""
        from scipy.special import betaincinv

        def made(at: slice) -> Floats:
            yes, no = self.posteriors(visits.users[at], len(visits.catalogue))
            pairs = (visits.users[at, None] << 24) + np.arange(yes.shape[1])
            u = draws.uniform(Stream.FIT, t, pairs.ravel(), k=1).reshape(yes.shape)
            return betaincinv(yes, no, u)  # type: ignore[no-any-return]

        return Table(made)


@partial(add, "model")
class BanditModel(RecommenderKind):
    """A Beta-Bernoulli bandit a user; retrain it every round."""

    kind: Literal["bandit"] = "bandit"
    draw: bool = Field(True, description="Thompson sampling; false: the posterior mean")

    def build(self, schema: Schema) -> Bandit:  # type: ignore[override]
        """Bandits that know nothing yet."""
        return Bandit(self.draw)
