"""The recommender world: what is shown is what gets known, and in the end what is liked.

Users have a taste, items a vector in the same space, a quality, an age, a creator and clickbait.
Who visits picks at most one item of the slate. `carried` columns are what recommendations made of
users and creators, `natural` ones what they would be without. The edges choose which is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.environments.base import Money, Outcomes
from loopsim.environments.recommender import catalogue, kernels, measures, responses, users
from loopsim.environments.recommender.attention import attention
from loopsim.environments.recommender.edges import EDGES
from loopsim.environments.recommender.round import Answers, Round
from loopsim.environments.recommender.stars import StarLaw
from loopsim.environments.recommender.utilities import Utilities
from loopsim.features import Schema
from loopsim.kernels import gather
from loopsim.parts import in_parts
from loopsim.population import Population
from loopsim.slates import SLOTS, Catalogue, Interactions, Visits

if TYPE_CHECKING:
    from loopsim.environments.recommender.settings import Recommender

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class RecommenderWorld:
    """See `loopsim.environments.base.Environment`; parameters are in `settings.Recommender`."""

    name, form = "recommender", "slate"
    schema = Schema(("user", "item", "place"))
    money = Money()
    signals = ("rating", "satisfied")

    def __init__(self, settings: Recommender, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.source = settings.population.build()
        self.groups: tuple[str, ...] = self.source.groups
        given = settings.stars
        self.stars = StarLaw(given.slope, np.array(given.cuts)) if given else self.source.stars
        self.edges = EDGES.with_strengths(strengths)
        self.round: Round | None = None

    # -- who and what there is -----------------------------------------------------------------

    def populate(self, draws: Draws) -> Population:
        """Users and items of round 0; `carried` and `natural` columns start alike."""
        ids = np.arange(self.settings.users or self.source.size, dtype=np.int64)
        items = self.source.items(draws, self.settings.creators.sharpness)
        world = catalogue.start(items, self.settings, draws)
        made = users.made(self.source, self.settings, world, ids, draws)
        made.world = world | {"now": np.array(0)}
        made.world |= users.sample(made, self.settings.sample, draws)
        return made

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """Group code of each row."""
        return people["group"][rows]

    # -- edge: sampling ------------------------------------------------------------------------

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Rows of those who visit in round t."""
        u = draws.uniform(Stream.ARRIVAL, t, people.ids)
        base = self.settings.visits * people["activity"].astype(np.float64)
        carried = (u < base * responses.eagerness(people, self.settings)) & people["present"]
        reading = self.edges.sampling.read(
            carried, lambda: _as_many(u, base, int(carried.sum())), draws, people.ids
        )
        return np.flatnonzero(reading)

    # -- edge: feature -------------------------------------------------------------------------

    def read(self, name: str, columns: Any, rows: Any = None) -> NDArray[Any]:
        """The reading of a column pair, some rows of it if they are named."""

        def side(which: str) -> NDArray[Any]:
            values = columns[f"{which}_{name}"]
            return values if rows is None else _rows(values, rows)

        return self.edges.feature.read(lambda: side("carried"), lambda: side("natural"))

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Visits:
        """Who visits, what they said of themselves, what they have just had, and what there is."""
        exclude = people["recent"][rows, : self.settings.no_repeat].astype(np.int64)
        stated = people["stated"][rows].astype(np.float64)
        return Visits(people.ids[rows], stated, exclude, self._catalogue(people, t))

    def learnable(self, people: Population, features: Floats) -> Interactions:
        """Stored impressions as a recommender learns from them."""
        user, item, place = features.T.astype(np.int64)
        stated = people["stated"][people.rows(user)].astype(np.float64)
        items = self._catalogue(people, int(people.world["now"]))
        return Interactions(user, item, place, stated, items)

    def _catalogue(self, people: Population, t: int) -> Catalogue:
        world = people.world
        shown = catalogue.available(world, self.settings, t)
        attributes = self.read("attributes", world)
        return Catalogue(attributes.copy(), world["creator"].copy(), world["born"].copy(), shown)

    # -- edge: outcome -------------------------------------------------------------------------

    def answers(
        self, people: Population, rows: Ints, tastes: Any, items: Ints, t: int, draws: Draws
    ) -> Answers:
        """How users of some tastes answer to (n, k) slates; asking changes nothing."""
        shape, world, choice = items.shape, people.world, self.settings.choice
        value, probability = np.empty(shape), np.empty(shape)
        chosen, alone = np.empty(shape[0], dtype=np.int64), np.empty(shape, dtype=np.int8)
        ids, vectors = people.ids[rows], self.read("items", world)
        base = catalogue.base(world, self.settings, self.source.intercept, t)
        lure = (self.settings.clickbait.lure * world["clickbait"]).astype(np.float32)
        places = np.log(self.attention())
        key, none = draws.keys(Stream.OUTCOME, t), draws.keys(Stream.OUTCOME, t, k=1)
        knowledge = draws.keys(Stream.OUTCOME, -1, k=2)

        def part(at: slice) -> None:
            given = tastes[at], ids[at], items[at], vectors, base, lure, places
            out = value[at], probability[at], chosen[at], alone[at]
            if choice.rule == "logit":
                kernels.logit(*given, key, none, *out)
            else:
                kernels.argmax(*given, choice.known, choice.outside, knowledge, *out)

        in_parts(shape[0], part)
        made = Answers(items, value, probability, chosen, alone, np.empty(0, dtype=np.int8))
        made.label = made.clicks
        if t >= 0:  # what was before round 0 is the same for all twins
            impressions = (ids[:, None] * SLOTS + np.arange(shape[1])).ravel()
            read = self.edges.outcome.read(made.label.ravel(), alone.ravel(), draws, impressions)
            made.label = read.reshape(shape)
        return made

    def attention(self) -> Floats:
        """(k,) attention at each place over that at the top; beyond the end the last one holds."""
        given = self.settings.position
        return self.source.attention if given is None else attention(given, SLOTS)

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Which item each visit picks from its slate."""
        rows, items = cases.rows[:: cases.slots], cases.item.reshape(-1, cases.slots)
        tastes = self.read("tastes", people, rows)
        answers = self.answers(people, rows, tastes, items, cases.round, draws)
        self.round = responses.of_round(
            people, self.settings, self.stars, rows, tastes, answers, cases.round, draws
        )
        label, probability = answers.label.ravel(), answers.probability.ravel()
        signals = responses.signals(self.round, self.settings, people.ids[rows], draws)
        return Outcomes(answers.clicks.ravel(), probability, label, signals=signals)

    def panel(
        self, people: Population, cases: Cases, draws: Draws, rows: Ints
    ) -> tuple[Floats, NDArray[np.int8]]:
        """Impressions of random slates of the same size, answered by the same users, not lived."""
        k, t = cases.slots, cases.round
        visits, back = np.unique(rows // k, return_inverse=True)
        who = cases.rows[visits * k]
        items = np.empty((who.size, k), dtype=np.int64)
        pool, key = np.flatnonzero(cases.pool), draws.keys(Stream.PANEL, t)
        ids = people.ids[who]
        in_parts(who.size, lambda at: kernels.random_slates(pool, ids[at], key, items[at]))
        tastes = self._lived(cases).tastes[visits]
        label = self.answers(people, who, tastes, items, t, draws).label
        place = rows % k
        shown = np.column_stack([ids[back], items[back, place], place]).astype(np.float64)
        return shown, label[back, place]

    def _lived(self, cases: Cases) -> Round:
        """The round in the making, which `outcomes` began."""
        if self.round is None or self.round.t != cases.round:
            raise ValueError(f"round {cases.round}: outcomes come before all that rests on them")
        return self.round

    # -- what a decision does ------------------------------------------------------------------

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Tastes, satisfaction, boredom and creators' habits move; items and users come."""
        lived = self._lived(cases)
        vectors = self.read("items", people.world)
        responses.live(people, self.settings, lived, vectors, draws)
        consumed = lived.answers.item[lived.answers.picks]
        seen = self.read("attributes", people.world)
        catalogue.adapt(people.world, self.settings, consumed, seen)
        self._turn(people, consumed, cases.round, draws)

    def _turn(self, people: Population, consumed: Ints, t: int, draws: Draws) -> None:
        """The round ends: consumption is counted, what and who is new comes in."""
        world = people.world
        counts = np.bincount(consumed, minlength=world["consumed"].size)
        world["consumed"] = measures.FADING * world["consumed"] + counts
        world["now"] = np.array(t + 1)
        catalogue.grow(world, self.settings, draws, t + 1)
        users.join(people, self.source, self.settings, draws)

    # -- what is true --------------------------------------------------------------------------

    def utilities(self, people: Population, rows: Ints) -> Utilities:
        """What every item is worth to these users now: an oracle's `Scorer`."""
        return self.worth(people, self.read("tastes", people, rows), int(people.world["now"]))

    def worth(self, people: Population, tastes: NDArray[np.float32], t: int) -> Utilities:
        """What every item is worth in round t to users of some tastes."""
        base = catalogue.base(people.world, self.settings, self.source.intercept, t)
        return Utilities.of(tastes, self.read("items", people.world), base)

    def truth(self, people: Population) -> dict[str, NDArray[Any]]:
        """Of everybody: `satisfaction`, `drift` (radians from the natural taste), `boredom`,
        `present`."""
        return {
            "satisfaction": responses.satisfaction(people, self.settings),
            "drift": self._drift(people),
            "boredom": people["boredom"].astype(np.float64),
            "present": people["present"],
        }

    def measure(
        self, people: Population, cases: Cases, outcomes: Outcomes
    ) -> dict[str, float | Floats]:
        """What the round did to users, items and creators; see `measures`."""
        return measures.of_round(self, people, self._lived(cases))

    def pressures(self, people: Population) -> dict[str, float]:
        """What is read less what would be natural: what the loops do in this very run."""
        eager = responses.eagerness(people, self.settings) * people["present"]
        return {
            "feature": float(self._drift(people).mean()),
            "sampling": float(eager.mean() - 1.0),
        }

    def _drift(self, people: Population) -> Floats:
        read, out = self.read("tastes", people), np.empty(len(people))
        natural = people["natural_tastes"]
        in_parts(len(people), lambda at: kernels.angles(read[at], natural[at], out[at]))
        return out


def _rows(values: NDArray[Any], rows: Ints) -> NDArray[Any]:
    out = np.empty((rows.size, values.shape[1]), dtype=values.dtype)
    in_parts(rows.size, lambda at: gather(values, rows[at], out[at]))
    return out


def _as_many(u: Floats, chance: Floats, count: int) -> NDArray[np.bool_]:
    """The `count` users who would visit first, by the undisturbed law."""
    out = np.zeros(u.size, dtype=bool)
    if count > 0:
        out[np.argpartition(u / chance, count - 1)[:count]] = True
    return out
