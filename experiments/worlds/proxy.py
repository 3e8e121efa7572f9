"""Answers that are picked, or learned, by a proxy of what they are worth: Gao et al. (2022).

Two worlds. In ``answers`` n answers to each prompt lie ready, of gold worth N(0, 1), and one is
shown; the proxy reads their worth with an error. In ``tilted`` answers are x ~ N(θu, I) in the
plane, u the direction that the proxy rewards; the file's policy moves θ by what it was rewarded
for.

Only `loopsim`'s public interfaces are used: `Environment`, `Recommender`, `Model` and
`registry.add`.
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
from loopsim.models.ranking.settings import RecommenderKind
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import Kind
from loopsim.slates import Catalogue, Visits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def edges(**loops: Edge) -> Edges:
    """The five, with no loop where none is named."""
    return Edges(
        **{name: Edge(name, closed="no loop here", cut="the same") for name in LOOPS} | loops
    )


class Prompts:
    """What both worlds share: every prompt comes in every round, and there is one group."""

    groups, money = ("prompts",), Money()
    edges: Edges

    def __init__(self, settings: Any, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = type(self).edges.with_strengths(strengths)

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """There is one group."""
        return np.zeros(people.ids[rows].shape, dtype=np.int8)

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Every prompt."""
        return np.arange(len(people))

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Nobody changes."""


# -- the best of n answers -------------------------------------------------------------------------


@partial(add, "environment")
class Answers(Kind):
    """Prompts with n answers each, whose gold worth only the world knows."""

    kind: Literal["answers"] = "answers"
    form: ClassVar[str] = "slate"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "prompts", "n", "error")

    prompts: int = Field(1000, ge=1, lt=2**24)
    n: int = Field(16, ge=2, le=1024, description="answers to each prompt")
    error: Literal["normal", "heavy"] = Field(
        "normal", description="of the proxy: N(0, 1), or Student's t with 2 degrees of freedom"
    )

    def build(self, strengths: dict[str, float]) -> AnswersWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return AnswersWorld(self, strengths)


class AnswersWorld(Prompts):
    """See `loopsim.environments.base.Environment`; what is known of a prompt is the proxy's reading
    of each of its answers."""

    name, form = "answers", "slate"
    schema = Schema(("prompt", "answer", "place"))
    edges = edges()

    def populate(self, draws: Draws) -> Population:
        """Gold worth and the proxy's reading, (prompts, n) each."""
        prompts, n = self.settings.prompts, self.settings.n
        ids = np.arange(prompts * n, dtype=np.int64)
        gold = draws.normal(Stream.PEOPLE, -1, ids)
        if self.settings.error == "heavy":
            u = draws.uniform(Stream.PEOPLE, -1, ids, k=1)
            error = (2.0 * u - 1.0) / np.sqrt(2.0 * u * (1.0 - u))  # the exact quantile of t, 2 df
        else:
            error = draws.normal(Stream.PEOPLE, -1, ids, k=1)
        shape = prompts, n
        people = Population(np.arange(prompts, dtype=np.int64))
        people["gold"], people["proxy"] = gold.reshape(shape), (gold + error).reshape(shape)
        return people

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Visits:
        """The prompts, with the proxy's readings as what is known of them."""
        n = self.settings.n
        none = np.zeros(n, dtype=np.int64)
        catalogue = Catalogue(np.empty((n, 0)), none, none, np.ones(n, dtype=bool))
        exclude = np.empty((rows.size, 0), dtype=np.int64)
        return Visits(people.ids[rows], people["proxy"][rows], exclude, catalogue)

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """A thumb up with a chance that rises with the gold worth; hidden by nothing."""
        chance = 1.0 / (1.0 + np.exp(-people["gold"][cases.rows, cases.item]))
        up = (draws.uniform(Stream.OUTCOME, cases.round, cases.ids) < chance).astype(np.int8)
        return Outcomes(up, chance, up)

    def measure(self, people: Population, cases: Cases, outcomes: Outcomes) -> dict[str, Floats]:
        """`gold` and `proxy` of what is shown."""
        at = cases.rows, cases.item
        return {"gold": people["gold"][at], "proxy": people["proxy"][at]}

    def truth(self, people: Population) -> dict[str, Floats]:
        """`best`: the gold worth of each prompt's best answer."""
        return {"best": people["gold"].max(axis=1)}


@dataclass(frozen=True, eq=False)
class Readings:
    """A `Scorer` of the readings themselves."""

    values: Floats

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return self.values[at].astype(np.float32)

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return 1.0 / (1.0 + np.exp(-np.asarray(scores, dtype=np.float64)))


class Proxy(ArrayModel):
    """Ranks answers by its reading of their worth; it learns nothing."""

    name = "proxy"

    def score(self, features: Visits) -> Readings:
        """See `Recommender.score`."""
        return Readings(features.attributes)


@partial(add, "model")
class ProxyModel(RecommenderKind):
    """A reward model that is as it is."""

    kind: Literal["proxy"] = "proxy"

    def build(self, schema: Schema) -> Proxy:  # type: ignore[override]
        """The model."""
        return Proxy()


# -- a policy that is trained on a reward ----------------------------------------------------------


@partial(add, "environment")
class Tilted(Kind):
    """Answers in the plane, worth a·x − (b/2)‖x‖²; the proxy rewards one direction."""

    kind: Literal["tilted"] = "tilted"
    form: ClassVar[str] = "value"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "prompts")

    prompts: int = Field(1000, ge=2, lt=2**30)
    a: float = Field(1.0, gt=0, description="length of the gold direction")
    angle: float = Field(60.0, ge=0, le=180, description="degrees between gold and proxy")
    b: float = Field(0.2, gt=0, description="curvature of the gold worth")

    def build(self, strengths: dict[str, float]) -> TiltedWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return TiltedWorld(self, strengths)


class TiltedWorld(Prompts):
    """See `loopsim.environments.base.Environment`.

    The proxy's direction is the first axis: an answer is x = (s, e₂), where s is what the policy
    says and e₂ a standard normal. Training reads the proxy's reward of an answer, which is s.
    """

    name, form = "tilted", "value"
    schema = Schema(("e1",))
    edges = edges(
        outcome=Edge(
            "outcome",
            closed="answers are rewarded by the proxy",
            cut="answers are rewarded by what they are worth",
        )
    )

    def populate(self, draws: Draws) -> Population:
        """Prompts."""
        return Population(np.arange(self.settings.prompts, dtype=np.int64))

    def _e(self, ids: Ints, draws: Draws, t: int, k: int) -> Floats:
        return draws.normal(Stream.FEATURE, t, ids, k=k)

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 1) the noise that an answer is made of, along the proxy's direction."""
        return self._e(people.ids[rows], draws, t, 0)[:, None]

    def gold(self, x: Floats, y: Floats) -> Floats:
        """Worth of answers, less its mean at θ = 0."""
        a, b, angle = self.settings.a, self.settings.b, np.deg2rad(self.settings.angle)
        linear = a * (np.cos(angle) * x + np.sin(angle) * y)
        return np.asarray(linear - b / 2.0 * (x**2 + y**2 - 2.0))

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """What answers are worth, and the reward that training reads (edge: outcome)."""
        gold = self.gold(cases.scores, self._e(cases.ids, draws, cases.round, 1))
        label = self.edges.outcome.read(cases.scores * 1.0, gold, draws, cases.ids)
        return Outcomes(gold, gold, label)

    def truth(self, people: Population) -> dict[str, Floats]:
        """Nothing is known of a prompt."""
        return {"prompts": np.ones(len(people))}


class TiltedPolicy(ArrayModel):
    """N(θ, 1) along the proxy's direction; a fit is a step up the reward.

    The step is `rate` times the mean of (reward − its mean)·e over the answers: the score
    function's estimate of the gradient of the expected reward in θ (Williams 1992).
    """

    name, incremental = "tilted-policy", True

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    @property
    def theta(self) -> float:
        """Where it is; the KL divergence from the start is θ²/2."""
        return float(self.learnt.get("theta", 0.0))

    def fit(  # type: ignore[override]
        self, features: Floats, labels: Floats, weights: Floats | None, random_state: int
    ) -> TiltedPolicy:
        """See `loopsim.models.base.Model.fit`."""
        slope = float(np.mean((labels - labels.mean()) * features[:, 0]))
        return self.having(theta=np.array(self.theta + self.rate * slope))

    def score(self, features: Floats) -> Floats:  # type: ignore[override]
        """(n,) the answers."""
        return self.theta + features[:, 0]


@partial(add, "model")
class TiltedModel(NumberKind):
    """A policy that takes a step up its reward at every fit."""

    kind: Literal["tilted-policy"] = "tilted-policy"
    rate: float = Field(0.1, gt=0, description="length of a step, in slopes of the reward")

    def build(self, schema: Schema) -> TiltedPolicy:  # type: ignore[override]
        """The policy before the first step."""
        return TiltedPolicy(self.rate)
