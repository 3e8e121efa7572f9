"""The lending world: who is refused never shows whether they would have repaid.

A person has features, a group and a hidden factor; P(repay) follows from them by the population's
law. `carried` columns are what past decisions made of a person, `natural` ones what they would be
without the lender. The edges choose which of the two is read; everything else is arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim import exact
from loopsim.cases import Cases
from loopsim.crossing import WHOLE, Crossing
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import UNKNOWN, Money, Outcomes
from loopsim.environments.lending import kernels, pipeline
from loopsim.environments.lending.source import given_hidden
from loopsim.features import Schema
from loopsim.kernels import gather
from loopsim.parts import in_parts
from loopsim.population import Population
from loopsim.recycled import Recycled

if TYPE_CHECKING:
    from loopsim.environments.lending.settings import Lending

Floats = NDArray[np.float64]
EVENTS = ("refused", "defaulted", "repaid")

EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="people apply less where their group is refused, and leave after a default",
        cut="as many people apply, drawn from everybody as in round 0",
        blend="share",
    ),
    outcome=Edge(
        "outcome",
        closed="a refused person's outcome is never seen",
        cut="every applicant's outcome is seen, as if all had been lent to",
        blend="share",
    ),
    feature=Edge(
        "feature",
        closed="repaying, defaulting and being refused move a person's features",
        cut="features stay as they are without the lender",
    ),
    model=Edge(
        "model",
        closed="training reads the cases that earlier versions let through",
        cut="training reads as many cases drawn without regard to decisions, all outcomes known",
        blend="share",
    ),
    oversight=Edge(
        "oversight",
        closed="reviewers see the score, and what they decide is learned from",
        cut="reviewers decide blind, and what they decide is not learned from",
        blend="share",
    ),
)


class LendingWorld:
    """See `loopsim.environments.base.Environment`; parameters are in `settings.Lending`."""

    name = "lending"

    def __init__(self, settings: Lending, strengths: dict[str, float]) -> None:
        self._settings = settings
        self._room = {"carried": Recycled(), "natural": Recycled()}
        #: P(repay) of everybody, and its natural twin's sums, until people or the world change.
        self._chances: dict[str, Any] = {}
        self.source = settings.population.build()
        self.groups: tuple[str, ...] = self.source.groups
        self.edges = EDGES.with_strengths(strengths)
        money = settings.money
        self.money = Money(money.gain, money.loss, money.label)
        shown = tuple(f"group={name}" for name in self.groups) if settings.show_group else ()
        self.schema = Schema((*self.source.schema.names, *shown), self.source.schema.levels)
        self.table = given_hidden(self.source.hidden)

    @property
    def settings(self) -> Lending:
        """The live parameters; a shock replaces them between rounds."""
        return self._settings

    @settings.setter
    def settings(self, value: Lending) -> None:
        self._settings = value
        self._chances.clear()

    # -- who there is --------------------------------------------------------------------------

    def populate(self, draws: Draws, crossing: Crossing = WHOLE) -> Population:
        """Everybody, or those of one shard; `carried` and `natural` columns start alike."""
        ids = crossing.ids(self.settings.people)
        features, group = self.source.people(ids, draws)
        hidden = np.zeros(ids.size)
        if self.source.hidden > 0.0:
            hidden = draws.normal(Stream.WORLD, -1, ids)
        people = Population(
            ids,
            group=group,
            carried=features,
            natural=features.copy(),
            carried_hidden=hidden,
            natural_hidden=hidden.copy(),
            present=np.ones(ids.size, dtype=bool),
            access=np.zeros(ids.size, dtype=np.int8),
        )
        people.crossing = crossing
        people.world["refusal"] = np.zeros(len(self.groups))
        people.world["sd"] = deviations(features, self.source.limits, crossing)
        return people

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """Group code of each row."""
        return people["group"][rows]

    # -- edge: sampling ------------------------------------------------------------------------

    def arrivals(self, people: Population, draws: Draws, t: int) -> NDArray[np.int64]:
        """Rows of those who apply in round t."""
        u = draws.uniform(Stream.ARRIVAL, t, people.ids)
        base = np.array([self.settings.apply * self.settings.mix.get(g, 1.0) for g in self.groups])
        chance = base * (1.0 - self.settings.discouragement * people.world["refusal"])
        carried, group, present = np.empty(u.size, dtype=bool), people["group"], people["present"]
        in_parts(
            u.size, lambda at: kernels.applies(u[at], chance, group[at], present[at], carried[at])
        )
        reading = self.edges.sampling.read(
            carried,
            lambda: _as_many(u, base[people["group"]], carried, people.crossing),
            draws,
            people.ids,
        )
        return np.flatnonzero(reading)

    # -- edge: feature -------------------------------------------------------------------------

    def features(self, people: Population, rows: Any, draws: Draws, t: int) -> Floats:
        """(n, d) what the model sees: after moves, measurement noise and pipeline faults."""
        side = "natural" if self.settings.changes == "latent" else "carried"
        seen = self._feature(people, side, rows)
        ids = people.ids[rows]
        if self.settings.measurement > 0.0:
            for j, name in enumerate(self.source.schema.names):
                if name in self.source.schema.levels:
                    continue  # the code of a category is no number
                noise = draws.normal(Stream.FEATURE, t, ids, k=j)
                seen[:, j] += self.settings.measurement * people.world["sd"][j] * noise
        pipeline.spoil(seen, self.settings.pipeline, self.source.schema, draws, t, ids)
        if self.settings.show_group:
            one_hot = np.eye(len(self.groups))[people["group"][rows]]
            seen = np.concatenate([seen, one_hot], axis=1)
        return seen

    def _feature(self, people: Population, carried: str, rows: Any) -> Floats:
        """The reading of the feature edge; a copy where `rows` are positions."""
        return self.edges.feature.read(  # type: ignore[no-any-return]
            lambda: self._rows(people, carried, rows), lambda: self._rows(people, "natural", rows)
        )

    def _rows(self, people: Population, side: str, rows: Any) -> Floats:
        """A copy of some rows, or a view where `rows` is a slice."""
        matrix = people[side]
        if isinstance(rows, slice):
            return matrix[rows]
        out = self._room[side].empty(rows.size, matrix.shape[1])
        in_parts(rows.size, lambda at: gather(matrix, rows[at], out[at]))
        return out

    def probability(self, people: Population) -> Floats:
        """(people,) P(repay) of everybody as the feature loop has made them."""
        if "read" not in self._chances:
            side = "natural" if self.settings.changes == "features" else "carried"
            hidden = self.edges.feature.read(people[f"{side}_hidden"], people["natural_hidden"])
            read = self._feature(people, side, slice(None))
            self._chances["read"] = self._chance(read, people["group"], hidden)
        return self._chances["read"]  # type: ignore[no-any-return]

    def moved(self) -> None:
        """People have been changed: what was remembered of them no longer holds."""
        self._chances.pop("read", None)

    def _natural(self, people: Population) -> Floats:
        """(people,) P(repay) of everybody without the lender."""
        return self._chance(people["natural"], people["group"], people["natural_hidden"])

    def _sums(self, people: Population, column: NDArray[Any]) -> list[exact.Total]:
        return exact.totals(column, people["group"], len(self.groups))

    def _chance(self, features: Floats, group: NDArray[np.int8], hidden: Floats) -> Floats:
        settings, out = self.settings, np.empty(group.size)
        by_group = settings.economy_by_group
        shift = np.array([settings.economy + by_group.get(g, 0.0) for g in self.groups])
        logodds, unseen = self.source.law.logodds, self.source.hidden

        def part(at: slice) -> None:
            x, mine = logodds(features[at], group[at]), group[at]
            kernels.chances(x, hidden[at], unseen, shift, mine, settings.decay, self.table, out[at])

        in_parts(group.size, part)
        return out

    # -- edge: outcome -------------------------------------------------------------------------

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Whether each would repay, drawn for all; seen only of those who get a loan."""
        probability = self.probability(people)[cases.rows]
        good = np.empty(len(cases), dtype=np.int8)
        uniform = draws.uniform(Stream.OUTCOME, cases.round, cases.ids)
        in_parts(len(cases), lambda at: kernels.answers(uniform[at], probability[at], good[at]))
        selective = self.edges.outcome.inside(draws, cases.ids)
        label = np.where(selective & (cases.actions == 0), np.int8(UNKNOWN), good)
        return Outcomes(good, probability, label, selective)

    # -- what a decision does ------------------------------------------------------------------

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Write the `carried` columns: features, access, presence, and each group's courage."""
        rows, action, good = cases.rows, cases.actions, outcomes.good
        moves = self._moves()
        low, high = self.source.limits
        moving = np.flatnonzero(moves[:, :-1].any(axis=0))
        carried = people["carried"]

        def part(at: slice) -> None:
            kernels.moved(rows[at], action[at], good[at], moves, moving, low, high, carried)

        in_parts(rows.size, part)
        if moves[:, -1].any():
            far = np.array([8.0])
            hidden = people["carried_hidden"][:, None]
            first = np.zeros(1, dtype=np.int64)
            kernels.moved(rows, action, good, moves[:, -1:].copy(), first, -far, far, hidden)
        people["access"][rows] = action
        if self.settings.dropout > 0.0:
            u = draws.uniform(Stream.RESPONSE, cases.round, cases.ids)
            leaves = (action == 1) & (good == 0) & (u < self.settings.dropout)
            people["present"][rows[leaves]] = False
        answers = np.zeros((len(self.groups), 2), dtype=np.int64)
        kernels.asked(cases.group, action, answers)
        (answers,) = people.crossing.counts("refusal", answers)
        some = answers.sum(axis=1) > 0
        people.world["refusal"] = people.world["refusal"].copy()
        people.world["refusal"][some] = (answers[:, 0] / np.maximum(answers.sum(axis=1), 1))[some]
        self.moved()

    def _moves(self) -> Floats:
        """(3 events, d + 1) feature moves, the hidden factor's last."""
        own = self.settings.moves
        moves: Any = self.source.moves if own is None else own
        names = (*self.source.schema.names, "hidden")
        return np.array(
            [[moves.get(event, {}).get(name, 0.0) for name in names] for event in EVENTS]
        )

    # -- what is true --------------------------------------------------------------------------

    def truth(self, people: Population) -> dict[str, NDArray[Any]]:
        """Of everybody: `repayment` (P(repay)), `access` (latest answer was yes), `present`."""
        everybody = slice(None)
        first = self.source.schema.names[0]
        return {
            "repayment": self.probability(people),
            "access": people["access"],
            "present": people["present"],
            f"feature.{first}": self._feature(people, "carried", everybody)[:, 0],
        }

    def pressures(self, people: Population) -> dict[str, float]:
        """What is read less what would be natural: what the loops do in this very run."""
        if "natural" not in self._chances:
            self._chances["natural"] = self._sums(people, self._natural(people))
        read, natural = self._sums(people, self.probability(people)), self._chances["natural"]
        counts = np.array([len(people), np.count_nonzero(people["present"])])
        (counts,) = people.crossing.counts("truth", counts)
        sums = people.crossing.totals("truth", [exact.add(read), exact.add(natural)])
        size, present = (int(count) for count in counts)
        means = [exact.mean(total, size) for total in sums]
        return {"feature": means[0] - means[1], "sampling": present / size - 1.0}


def _as_many(
    u: Floats, chance: Floats, carried: NDArray[np.bool_], crossing: Crossing
) -> NDArray[np.bool_]:
    """As many people as `carried` has, those who would apply first by the undisturbed law."""
    order = np.divide(u, chance, out=np.full(u.size, np.inf), where=chance > 0)
    count = crossing.total("sampling", int(carried.sum()))
    return crossing.lowest("sampling", order, count)


def deviations(features: Floats, limits: Floats, crossing: Crossing) -> Floats:
    """(d,) the standard deviation of each column (divided by n), missing values left out."""
    low, span = limits[0], limits[1] - limits[0]
    out = np.zeros(low.size)
    for j in np.flatnonzero(span > 0):
        column = features[:, j]
        part = (column[~np.isnan(column)] - low[j]) / span[j]
        size = crossing.total("sd", part.size)
        middle = _mean(part, size, crossing)
        out[j] = span[j] * np.sqrt(_mean((part - middle) ** 2, size, crossing))
    return out


def _mean(values: Floats, size: int, crossing: Crossing) -> float:
    everybody = np.zeros(values.size, dtype=np.int8)
    return exact.mean(crossing.totals("sd", exact.totals(values, everybody, 1))[0], size)
