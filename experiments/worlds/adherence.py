"""Towns in which people make the prediction come true: the hidden loop of Khritankov (2021, 2023).

A town's outcomes follow one linear law. With a probability, the usage, somebody follows the
prediction instead, and strays from it by as much as the model is known to err: the less its error,
the closer. What they did then is what the next fit reads. Towns are replicates side by side. The
file also holds what such a world is asked with: least squares, one fit a town.

Only `loopsim`'s public interfaces are used: `Environment`, `Model` and `registry.add`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loopsim.cases import Cases
from loopsim.clock import Phase
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.models.numbers.settings import NumberKind
from loopsim.models.ranking.arrays import ArrayModel
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEATURES = 5

EDGES = Edges(
    sampling=Edge(
        "sampling", closed="no loop here: every round has new arrivals of the same law",
        cut="the same",
    ),
    outcome=Edge(
        "outcome",
        closed="some follow the prediction, and stray from it by a share of its known error",
        cut="every outcome is that of the law, whatever was predicted",
    ),
    feature=Edge(
        "feature", closed="no loop here: an arrival comes once and never changes", cut="the same"
    ),
    model=Edge(
        "model",
        closed="training reads what the log shows: outcomes that predictions have made",
        cut="training reads as many cases of the same rounds with the outcomes of the law",
        blend="share",
    ),
    oversight=Edge("oversight", closed="no loop here: nobody reviews", cut="the same"),
)  # fmt: skip


@dataclass(frozen=True)
class KnownError:
    """A push of the world's own: for one round the error is thought to be larger by `size`."""

    size: float
    group: str = "all"
    feature: str | None = None
    phase = Phase.ACT

    def apply(self, sim: Any, t: int) -> None:
        """See `loopsim.twins.Perturbation`."""
        sim.people.world["errors"] += self.size

    def scaled(self, by: float) -> KnownError:
        """The same push, `by` times as large."""
        return replace(self, size=self.size * by)

    def describe(self) -> str:
        """In words."""
        return f"the known error up by {self.size:g}"


@partial(add, "environment")
class Adherence(Kind):
    """Towns where some of the outcomes follow the prediction instead of the law."""

    kind: Literal["adherence"] = "adherence"
    form: ClassVar[str] = "value"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "towns", "arrivals", "window")

    towns: int = Field(100, ge=1, lt=2**24, description="independent towns")
    arrivals: int = Field(10, ge=1, lt=2**16, description="of each town in a round")
    window: int = Field(15, ge=1, description="rounds over which the error is known")
    quiet: int = Field(30, ge=1, description="rounds before anybody follows")
    usage: float = Field(0.5, ge=0, le=1, description="probability that somebody follows")
    adherence: float = Field(
        0.2, ge=0, description="sd of straying, in mean absolute errors; 0: followed exactly"
    )
    slope: float = Field(0.84, description="of the outcome on each of the five features")
    sigma: float = Field(0.3, ge=0, description="sd of the outcome around its law")

    def build(self, strengths: dict[str, float]) -> AdherenceWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return AdherenceWorld(self, strengths)


class AdherenceWorld:
    """See `loopsim.environments.base.Environment`.

    A row is a seat of a town, which a new arrival takes in every round: every draw is keyed by the
    round and the seat. The known error is the mean of |label − prediction| over the last rounds:
    every prediction is made before its label, so it is one on held-out cases (Dawid 1984).
    """

    name, form, groups = "adherence", "value", ("arrivals",)
    money = Money()
    schema = Schema(("town", *(f"x{j}" for j in range(FEATURES))))
    perturbations = {"error": KnownError}  # noqa: RUF012

    def __init__(self, settings: Adherence, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)

    def populate(self, draws: Draws) -> Population:
        """Seats, town by town; no error is known yet."""
        towns, arrivals = self.settings.towns, self.settings.arrivals
        people = Population(np.arange(towns * arrivals, dtype=np.int64))
        people["town"] = np.repeat(np.arange(towns), arrivals)
        people.world["errors"] = np.zeros((self.settings.window, towns))
        return people

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """There is one group."""
        return np.zeros(people.ids[rows].shape, dtype=np.int8)

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Every seat."""
        return np.arange(len(people))

    def _x(self, ids: Ints, draws: Draws, t: int) -> Floats:
        """(n, 5) standard normals."""
        columns = [draws.normal(Stream.FEATURE, t, ids, k=j) for j in range(FEATURES)]
        return np.column_stack(columns)

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 6) the town, and what is known of the arrival."""
        return np.column_stack([people["town"][rows], self._x(people.ids[rows], draws, t)])

    def error(self, people: Population) -> Floats:
        """(towns,) the known mean absolute error."""
        return people.world["errors"].mean(axis=0)  # type: ignore[no-any-return]

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """By the law, and as the log shows it: some followed the prediction (edge: outcome)."""
        t, ids, settings = cases.round, cases.ids, self.settings
        expected = settings.slope * self._x(ids, draws, t).sum(axis=1)
        natural = expected + settings.sigma * draws.normal(Stream.OUTCOME, t, ids)
        carried = natural
        if t >= settings.quiet:
            stray = draws.normal(Stream.RESPONSE, t, ids)
            sd = settings.adherence * self.error(people)[people["town"][cases.rows]]
            follows = draws.uniform(Stream.RESPONSE, t, ids, k=1) < settings.usage
            carried = np.where(follows, cases.scores + sd * stray, natural)
        label = self.edges.outcome.read(carried, natural, draws, ids)
        return Outcomes(natural, expected, label)

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """The round's error becomes known, and the oldest one is forgotten."""
        errors, town = people.world["errors"], people["town"][cases.rows]
        total = np.bincount(town, np.abs(outcomes.label - cases.scores), errors.shape[1])
        errors[cases.round % len(errors)] = total / self.settings.arrivals

    def truth(self, people: Population) -> dict[str, Floats]:
        """`known_error`: the mean absolute error as the town knows it."""
        return {"known_error": self.error(people)[people["town"]]}


class TownsLeastSquares(ArrayModel):
    """Least squares with an intercept, one fit for each town: the first feature is the town."""

    name = "towns-least-squares"

    def fit(  # type: ignore[override]
        self, features: Floats, labels: Floats, weights: Floats | None, random_state: int
    ) -> TownsLeastSquares:
        """Solve every town's normal equations; the shortest solution where there are many."""
        town, x = _design(features)
        w = np.ones(len(labels)) if weights is None else weights
        columns = np.column_stack([x, labels])
        d, towns = x.shape[1], int(town.max()) + 1
        moments = np.empty((towns, d, d + 1))
        for i in range(d):
            for j in range(i, d + 1):
                moments[:, i, j] = np.bincount(town, w * columns[:, i] * columns[:, j], towns)
                if j < d:
                    moments[:, j, i] = moments[:, i, j]
        inverse = np.linalg.pinv(moments[:, :, :d], hermitian=True)
        return self.having(slopes=(inverse @ moments[:, :, d:])[:, :, 0])

    def score(self, features: Floats) -> Floats:  # type: ignore[override]
        """(n,) predictions; 0 before the first fit and in a town that had no rows."""
        if not self.learnt:
            return np.zeros(len(features))
        town, x = _design(features)
        slopes = self.learnt["slopes"]
        known = town < len(slopes)
        rows = slopes[np.where(known, town, 0)]
        return np.where(known, np.einsum("ij,ij->i", rows, x), 0.0)


def _design(features: Floats) -> tuple[Ints, Floats]:
    """The town of each row, and its features after a one."""
    x = features.copy()
    x[:, 0] = 1.0
    return features[:, 0].astype(np.int64), x


@partial(add, "model")
class TownsRegression(NumberKind):
    """Least squares, one fit for each town."""

    kind: Literal["towns-least-squares"] = "towns-least-squares"

    def build(self, schema: Schema) -> TownsLeastSquares:  # type: ignore[override]
        """The unfitted model."""
        return TownsLeastSquares()
