"""A world in which a decision maker who never explores misses most of the good applicants.

Kilbertus, Gomez-Rodriguez, Schölkopf, Muandet and Valera (2020), second synthetic setting. Who can
succeed lies on two islands of one feature; only an accepted applicant's outcome is ever seen. The
file also holds what the paper sets against retraining: a policy that accepts with a probability,
and the learner that climbs its utility.

Only `loopsim`'s public interfaces are used: `Environment`, `Model`, `Policy` and `registry.add`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import UNKNOWN, Money, Outcomes
from loopsim.errors import RunFolderError
from loopsim.features import Schema
from loopsim.policies.settings import PolicyKind
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.scenario import Scenario

Floats = NDArray[np.float64]

EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="no loop here: every round has new applicants, whatever was decided before",
        cut="the same",
    ),
    outcome=Edge(
        "outcome",
        closed="a rejected applicant's outcome is never seen",
        cut="every applicant's outcome is seen, as if all had been accepted",
        blend="share",
    ),
    feature=Edge(
        "feature", closed="no loop here: an applicant comes once and never changes", cut="the same"
    ),
    model=Edge(
        "model",
        closed="training reads the cases that earlier versions accepted",
        cut="training reads as many cases drawn without regard to decisions, all outcomes known",
        blend="share",
    ),
    oversight=Edge("oversight", closed="no loop here: nobody reviews", cut="the same"),
)


def sigmoid(z: Any) -> Any:
    """1/(1 + exp(−z)), without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def success(x: Any) -> Any:
    """P(y = 1 | x) = .8 σ(.6(x + 3)) σ(−5(x − 3)) + σ(x − 5), shape of `x`."""
    return 0.8 * sigmoid(0.6 * (x + 3)) * sigmoid(-5 * (x - 3)) + sigmoid(x - 5)


def density(x: Any) -> Any:
    """Density of the feature over both groups: N(1.5, 3.5²) and N(−1.5, 3.5²), half each."""
    near, far = np.exp(-0.5 * ((x - 1.5) / 3.5) ** 2), np.exp(-0.5 * ((x + 1.5) / 3.5) ** 2)
    return (near + far) / (2 * 3.5 * np.sqrt(2 * np.pi))


class SelectiveWorld:
    """See `loopsim.environments.base.Environment`.

    A row is a seat, and a case's id is that of its seat: an applicant comes once, and the next one
    takes the seat. Every draw is keyed by the round as well.

    Parameters
    ----------
    applicants : int
        Applicants in a round.
    cost : float in (0, 1)
        What an acceptance costs; it earns 1 if it succeeds, so the utility is y − cost.
    """

    name = "selective"
    groups = ("s=0", "s=1")
    schema = Schema(("x",))

    def __init__(self, applicants: int = 16_384, cost: float = 0.55) -> None:
        self.applicants = applicants
        self.money = Money(gain=1.0 - cost, loss=cost)
        self.edges = EDGES
        self.settings: Any = None

    def populate(self, draws: Draws) -> Population:
        """The applicants of round 0; a history is of them too, with outcomes of its own."""
        people = Population(np.arange(self.applicants, dtype=np.int64))
        self._seat(people, draws, 0)
        return people

    def _seat(self, people: Population, draws: Draws, t: int) -> None:
        """s ~ Bernoulli(½); x = 3.5·N(0, 1) + 3(½ − s)."""
        s = draws.uniform(Stream.PEOPLE, t, people.ids) < 0.5
        people["group"] = s.view(np.int8)
        people["x"] = 3.5 * draws.normal(Stream.PEOPLE, t, people.ids, k=1) + 3 * (0.5 - s)

    def arrivals(self, people: Population, draws: Draws, t: int) -> NDArray[np.int64]:
        """Every seat."""
        return np.arange(len(people))

    def features(self, people: Population, rows: Any, draws: Draws, t: int) -> Floats:
        """(n, 1) x; the group is not shown."""
        return people["x"][rows][:, None]

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """s of each row."""
        return people["group"][rows]

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Whether each would succeed, drawn for all; seen only of those who are accepted."""
        probability = success(people["x"][cases.rows])
        uniform = draws.uniform(Stream.OUTCOME, cases.round, cases.ids)
        good = (uniform < probability).view(np.int8)
        selective = self.edges.outcome.inside(draws, cases.ids)
        label = np.where(selective & (cases.actions == 0), np.int8(UNKNOWN), good)
        return Outcomes(good, probability, label, selective)

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """The applicants leave, and those of the next round take their seats."""
        self._seat(people, draws, cases.round + 1)

    def truth(self, people: Population) -> dict[str, NDArray[Any]]:
        """P(y = 1 | x) of everybody, as `repayment`."""
        return {"repayment": success(people["x"])}


@dataclass(frozen=True)
class ChancePolicy:
    """Yes with probability score below `sure`, and surely from there on."""

    sure: float
    name: str

    def decide(self, cases: Cases, draws: Draws) -> tuple[NDArray[np.int8], Floats]:
        """See `loopsim.policies.base.Policy.decide`."""
        chance = np.where(cases.scores >= self.sure, 1.0, cases.scores)
        yes = draws.uniform(Stream.EXPLORE, cases.round, cases.ids) < chance
        return yes.view(np.int8), np.where(yes, chance, 1.0 - chance)


@partial(add, "policy")
class ByChance(PolicyKind):
    """The score is the probability of yes; from `sure` on the answer is yes for certain."""

    kind: Literal["by-chance"] = "by-chance"
    sure: float = Field(1.0, gt=0, le=1, description="1: logistic policy; 0.5: semi-logistic")

    def make(self, money: Money, groups: tuple[str, ...]) -> ChancePolicy:
        """The policy."""
        return ChancePolicy(self.sure, self.kind)


class PolicyGradient:
    """Climbs the utility of the policy π(x) = σ(θ₀ + θ₁x) by minibatches of accepted rows.

    An accepted row's term of the utility is weight·(y − cost)·π(x), where the weight is
    1/propensity; its gradient is weight·(y − cost)·π(x)(1 − π(x))·(1, x), and nothing where the
    policy accepts surely (score ≥ `sure`). It is the paper's algorithm 1 with the expectation over
    the current policy's decisions taken exactly, not sampled. A fit goes on from the last one, over
    each new row once.
    """

    name = "policy-gradient"
    incremental = True

    def __init__(self, settings: Ascent) -> None:
        self.settings = settings
        self.theta: Floats = np.array(settings.start)
        self.fits = 0

    def fit(
        self, features: Any, labels: NDArray[np.int8], weights: Floats | None, random_state: int
    ) -> PolicyGradient:
        """One pass over the rows, in the order of their ids, which is no order at all."""
        other, plan = copy(self), self.settings
        other.theta, other.fits = self.theta.copy(), self.fits + 1
        rate = plan.rate * plan.decay ** (other.fits // plan.decay_every)
        phi = np.column_stack([np.ones(len(features)), features])
        worth = (labels - plan.cost) * (1.0 if weights is None else weights)
        for start in range(0, len(labels), plan.batch):
            rows = slice(start, start + plan.batch)
            pi = sigmoid(phi[rows] @ other.theta)
            slope = np.where(pi < plan.sure, pi * (1.0 - pi), 0.0)
            other.theta += rate * (worth[rows] * slope) @ phi[rows] / pi.size
        return other

    def score(self, features: Any) -> Floats:
        """(n,) π(x); before the first fit that of the start policy."""
        return sigmoid(self.theta[0] + features[:, 0] * self.theta[1])  # type: ignore[no-any-return]

    def save(self, path: Any) -> None:
        """Write θ as JSON."""
        Path(path).write_text(json.dumps({"theta": self.theta.tolist(), "fits": self.fits}))

    def load(self, path: Any) -> PolicyGradient:
        """Read what `save` wrote; RunFolderError if it is something else."""
        other = copy(self)
        try:
            held = json.loads(Path(path).read_text())
            other.theta, other.fits = np.array(held["theta"], dtype=float), int(held["fits"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunFolderError(f"{path}: not a saved {self.name} model ({error})") from error
        return other


@partial(add, "model")
class Ascent(Kind):
    """A policy learnt by its utility; needs ``training.weights: inverse-propensity``."""

    kind: Literal["policy-gradient"] = "policy-gradient"
    start: tuple[float, float] = Field((-3.5, 0.6), description="θ of the start policy")
    cost: float = Field(0.55, gt=0, lt=1, description="cost of an acceptance")
    sure: float = Field(1.0, gt=0, le=1, description="as in the policy by-chance")
    batch: int = Field(512, ge=1, description="accepted rows a step")
    rate: float = Field(0.5, gt=0, description="length of the first steps")
    decay: float = Field(0.8, gt=0, le=1, description="multiplies the rate ...")
    decay_every: int = Field(30, ge=1, description="... after so many fits")

    def build(self, schema: Schema) -> PolicyGradient:  # type: ignore[override]
        """The start policy, which learns from there."""
        return PolicyGradient(self)

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """Without weights it would climb another utility; with another policy, nobody's."""
        if scenario.training.weights != "inverse-propensity":
            yield "training.weights", "policy-gradient needs inverse-propensity"
        if getattr(scenario.policy, "sure", None) != self.sure:
            yield "policy", f"policy-gradient needs {{kind: by-chance, sure: {self.sure:g}}}"
