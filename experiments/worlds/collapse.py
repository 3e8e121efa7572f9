"""Generators that are trained on what generators made: Shumailov et al. (2024).

A replicate is a line of generations. In a round its live generator makes M samples, which is all
that a later fit can read of them; the law's own samples of the same round lie beside them. The file
also holds the generators, whose samples are functions of keyed uniforms: they are refitted exactly,
and nothing but the training rows makes two of them differ.

Only `loopsim`'s public interfaces are used: `Environment`, `Model` and `registry.add`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import ndtri

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import LOOPS, Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.models.base import CannotFit
from loopsim.models.ranking.arrays import ArrayModel
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NONE = {name: Edge(name, closed="no loop here", cut="the same") for name in LOOPS}
EDGES = Edges(
    **NONE
    | {
        "model": Edge(
            "model",
            closed="training reads the samples that earlier generators made",
            cut="training reads as many samples of the law itself",
            blend="share",
        )
    }
)


@partial(add, "environment")
class Collapse(Kind):
    """Replicates of M samples a round: of a generator, and of the law beside it."""

    kind: Literal["collapse"] = "collapse"
    form: ClassVar[str] = "value"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "replicates", "samples", "law", "inputs")

    replicates: int = Field(100, ge=1, lt=2**24, description="independent lines of generations")
    samples: int = Field(20, ge=2, lt=2**14, description="of each in a round")
    law: Literal["normal", "uniform", "linear"] = Field(
        "normal",
        description="N(0, 1); a category of `categories`; or the sum of the inputs plus N(0, 1)",
    )
    categories: int = Field(50, ge=2)
    inputs: int = Field(0, ge=0, description="x of each sample, N(0, 1), the same in every round")

    def build(self, strengths: dict[str, float]) -> CollapseWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return CollapseWorld(self, strengths)


class CollapseWorld:
    """See `loopsim.environments.base.Environment`; a row is one sample's place in its replicate."""

    name, form, groups, money = "collapse", "value", ("samples",), Money()

    def __init__(self, settings: Collapse, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)
        inputs = (f"x{j}" for j in range(settings.inputs))
        self.schema = Schema(("replicate", "u", "v", *inputs))

    def populate(self, draws: Draws) -> Population:
        """Places, replicate by replicate, with their inputs."""
        settings = self.settings
        ids = np.arange(settings.replicates * settings.samples, dtype=np.int64)
        x = [draws.normal(Stream.PEOPLE, -1, ids, k=j) for j in range(settings.inputs)]
        columns = np.column_stack(x) if x else np.empty((ids.size, 0))
        return Population(ids, replicate=ids // settings.samples, x=columns)

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """There is one group."""
        return np.zeros(people.ids[rows].shape, dtype=np.int8)

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Every place."""
        return np.arange(len(people))

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 3 + inputs) the replicate, the two uniforms a sample is made of, and the inputs."""
        u, v = (draws.uniform(Stream.FEATURE, t, people.ids[rows], k=k) for k in (0, 1))
        return np.column_stack([people["replicate"][rows], u, v, people["x"][rows]])

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """The law's own samples; the log holds those of the generator."""
        t, ids, law = cases.round, cases.ids, self.settings.law
        expected = people["x"][cases.rows].sum(axis=1)
        if law == "uniform":
            number = self.settings.categories
            good = np.floor(draws.uniform(Stream.OUTCOME, t, ids) * number)
            expected = np.full(len(cases), (number - 1) / 2)
        else:
            good = expected + draws.normal(Stream.OUTCOME, t, ids)
        return Outcomes(good, expected, cases.scores.astype(np.float64))

    def panel(
        self, people: Population, cases: Cases, draws: Draws, rows: Ints
    ) -> tuple[Floats, Floats]:
        """The law's sample of the same place: every replicate keeps its own, and their number."""
        taken = Cases(cases.round, cases.rows[rows], cases.ids[rows], cases.group[rows])
        return cases.features[rows], self.outcomes(people, taken, draws).good

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Nothing in this world changes but what is learned."""

    def truth(self, people: Population) -> dict[str, Floats]:
        """Nothing but the samples."""
        return {}


# -- generators ------------------------------------------------------------------------------------


class Generator(ArrayModel):
    """What they share: samples are made of what was `learnt`, replicate by replicate.

    Parameters
    ----------
    replicates : int
    settings : the kind that describes it
    """

    takes_weights = False

    def __init__(self, replicates: int, settings: Any) -> None:
        self.settings = settings
        self.learnt = self.start(replicates)
        self.name = settings.kind

    def start(self, replicates: int) -> dict[str, NDArray[Any]]:
        """The law itself: what the samples of round 0 are made of."""
        raise NotImplementedError

    def refit(self, x: Floats, y: Floats) -> dict[str, NDArray[Any]]:
        """What (r, n, inputs) and (r, n) samples teach."""
        raise NotImplementedError

    def fit(  # type: ignore[override]
        self, features: Floats, labels: Floats, weights: Floats | None, random_state: int
    ) -> Generator:
        """See `loopsim.models.base.Model.fit`; as many rows of every replicate."""
        order = np.argsort(features[:, 0], kind="stable")
        rows = np.bincount(features[:, 0].astype(np.int64))
        if (rows != rows[0]).any():
            raise CannotFit(f"{rows.min()} to {rows.max()} rows of a replicate, not as many of all")
        x = features[order, 3:].reshape(rows.size, rows[0], features.shape[1] - 3)
        return self.having(**self.refit(x, labels[order].reshape(rows.size, rows[0])))

    def score(self, features: Floats) -> Floats:  # type: ignore[override]
        """(n,) samples."""
        replicate = features[:, 0].astype(np.int64)
        return self.sample(replicate, features[:, 1], features[:, 2], features[:, 3:])

    def sample(self, replicate: Ints, u: Floats, v: Floats, x: Floats) -> Floats:
        """Samples out of two uniforms and the inputs."""
        raise NotImplementedError


class NormalGenerator(Generator):
    """μ + σ·Φ⁻¹(u), with the mean and the variance of the training samples."""

    def start(self, replicates: int) -> dict[str, NDArray[Any]]:
        """N(0, 1)."""
        return {"mean": np.zeros(replicates), "variance": np.ones(replicates)}

    def refit(self, x: Floats, y: Floats) -> dict[str, NDArray[Any]]:
        """By maximum likelihood, or with the unbiased variance."""
        ddof = int(self.settings.unbiased)
        return {"mean": y.mean(axis=1), "variance": y.var(axis=1, ddof=ddof)}

    def sample(self, replicate: Ints, u: Floats, v: Floats, x: Floats) -> Floats:
        """See the class."""
        sd = np.sqrt(self.learnt["variance"])
        return self.learnt["mean"][replicate] + sd[replicate] * ndtri(u)


class CategoryGenerator(Generator):
    """Categories as often as in the training samples."""

    def start(self, replicates: int) -> dict[str, NDArray[Any]]:
        """All alike."""
        number = self.settings.categories
        return {"shares": np.full((replicates, number), 1.0 / number)}

    def refit(self, x: Floats, y: Floats) -> dict[str, NDArray[Any]]:
        """Count them."""
        replicates, n = y.shape
        number = self.settings.categories
        code = y.astype(np.int64) + number * np.arange(replicates)[:, None]
        counts = np.bincount(code.ravel(), minlength=replicates * number)
        return {"shares": counts.reshape(replicates, number) / n}

    def sample(self, replicate: Ints, u: Floats, v: Floats, x: Floats) -> Floats:
        """The quantile u: one sorted search for all, each replicate a unit further on."""
        reached = np.cumsum(self.learnt["shares"], axis=1)
        reached = reached / reached[:, -1:] + np.arange(len(reached))[:, None]
        at = np.searchsorted(reached.ravel(), u + replicate, side="left")
        return (at - replicate * reached.shape[1]).clip(0, reached.shape[1] - 1) * 1.0


class KernelGenerator(Generator):
    """One of the training samples, by u, plus h·Φ⁻¹(v): a Gaussian kernel density estimate.

    Before the first fit there are no such samples, and it is the law N(0, 1) itself.
    """

    def start(self, replicates: int) -> dict[str, NDArray[Any]]:
        """No points."""
        return {"points": np.zeros((replicates, 0))}

    def refit(self, x: Floats, y: Floats) -> dict[str, NDArray[Any]]:
        """Keep them."""
        return {"points": y}

    def sample(self, replicate: Ints, u: Floats, v: Floats, x: Floats) -> Floats:
        """See the class."""
        points = self.learnt["points"]
        if points.shape[1] == 0:
            return ndtri(v)  # type: ignore[no-any-return]
        at = (u * points.shape[1]).astype(np.int64)
        return points[replicate, at] + self.settings.bandwidth * ndtri(v)


class LinearGenerator(Generator):
    """x·w + Φ⁻¹(u), with the least squares of the training samples; the noise is known."""

    def start(self, replicates: int) -> dict[str, NDArray[Any]]:
        """The law's slopes, all 1."""
        return {"slopes": np.ones((replicates, self.settings.inputs))}

    def refit(self, x: Floats, y: Floats) -> dict[str, NDArray[Any]]:
        """Every replicate's normal equations."""
        turned = x.transpose(0, 2, 1)
        return {"slopes": np.linalg.solve(turned @ x, turned @ y[:, :, None])[:, :, 0]}

    def sample(self, replicate: Ints, u: Floats, v: Floats, x: Floats) -> Floats:
        """See the class."""
        return np.einsum("ij,ij->i", self.learnt["slopes"][replicate], x) + ndtri(u)


class GeneratorKind(Kind):
    """A generator for each replicate; before the first fit it is the law itself."""

    form: ClassVar[str] = "value"
    replicates: int = Field(100, ge=1, description="as many as the world has")

    def faults(self, scenario: Any) -> Any:
        """As many generators as lines, of the form of the world."""
        for name in ("replicates", "categories", "inputs"):
            mine, theirs = (getattr(k, name, None) for k in (self, scenario.environment))
            if mine is not None and mine != theirs:
                yield f"model.{name}", f"must be the {theirs} of environment.{name}"


@partial(add, "model")
class NormalKind(GeneratorKind):
    """A normal distribution, refitted."""

    kind: Literal["normal-generator"] = "normal-generator"
    unbiased: bool = Field(False, description="the variance over M − 1 and not over M")

    def build(self, schema: Schema) -> NormalGenerator:  # type: ignore[override]
        """The generators."""
        return NormalGenerator(self.replicates, self)


@partial(add, "model")
class CategoryKind(GeneratorKind):
    """A table of frequencies, refitted."""

    kind: Literal["category-generator"] = "category-generator"
    categories: int = Field(50, ge=2)

    def build(self, schema: Schema) -> CategoryGenerator:  # type: ignore[override]
        """The generators."""
        return CategoryGenerator(self.replicates, self)


@partial(add, "model")
class KernelKind(GeneratorKind):
    """A Gaussian kernel density estimate, refitted."""

    kind: Literal["kernel-generator"] = "kernel-generator"
    bandwidth: float = Field(0.5, gt=0)

    def build(self, schema: Schema) -> KernelGenerator:  # type: ignore[override]
        """The generators."""
        return KernelGenerator(self.replicates, self)


@partial(add, "model")
class LinearKind(GeneratorKind):
    """A linear regression, refitted."""

    kind: Literal["linear-generator"] = "linear-generator"
    inputs: int = Field(10, ge=1)

    def build(self, schema: Schema) -> LinearGenerator:  # type: ignore[override]
        """The generators."""
        return LinearGenerator(self.replicates, self)
