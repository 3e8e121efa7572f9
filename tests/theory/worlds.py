"""Small worlds whose loops have closed forms, on loopsim's public interfaces.

In each of them a model learns one number (a mean, a spread, a slope), shows it to everybody as the
score, and the world answers to what it was shown. A retraining every second round reads the round
before it, in which the world had already answered to the live version: one refit, one generation.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

import loopsim
from loopsim import Edge, Edges, Population, registry
from loopsim.clock import Phase
from loopsim.draws import Stream
from loopsim.edges import LOOPS
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.settings import Kind

SCALE = 1000.0  # a score must lie in [0, 1]: numbers are shown through a logistic curve so wide
EDGES = Edges(**{name: Edge(name, closed="what was shown", cut="nothing") for name in LOOPS})
GENERATION = {
    "rule": {"kind": "every", "rounds": 2},
    "window": {"kind": "sliding", "rounds": 1},
    "history": {"rows": 0},
    "minimum": 2,
}


def squash(number):
    return 1.0 / (1.0 + np.exp(-np.asarray(number, dtype=float) / SCALE))


def unsquash(score):
    return SCALE * (np.log(score) - np.log1p(-np.asarray(score)))


@dataclass
class Learner:
    """Learns `how` many numbers from the rows, and shows them."""

    how: Any
    state: Any
    name: str = "learner"

    def fit(self, features, labels, weights, random_state):
        return replace(self, state=self.how.learn(features, labels))

    def score(self, features):
        return self.how.show(self.state, features)

    def save(self, path):
        Path(path).write_text(json.dumps(np.asarray(self.state).tolist()))

    def load(self, path):
        return replace(self, state=np.array(json.loads(Path(path).read_text())))


class Mean:
    def learn(self, features, labels):
        return features[:, 0].mean()

    def show(self, state, features):
        return np.full(len(features), squash(state))


class Spread(Mean):
    def learn(self, features, labels):
        return np.abs(features[:, 0]).mean()


class Slope:
    """The least-squares slope through ½ at x = 0, of a coin on a binary feature."""

    def learn(self, features, labels):
        return labels[features[:, 0] == 1.0].mean() - 0.5

    def show(self, state, features):
        return np.clip(0.5 + state * features[:, 0], 0.0, 1.0)


class Chains:
    """Mean and ML variance of each of many independent chains of M cases; even cases show the
    chain's mean, odd ones its standard deviation."""

    def learn(self, features, labels):
        chain = features[:, 1].astype(int)
        n = np.bincount(chain)
        mean = np.bincount(chain, features[:, 0]) / n
        return np.array([mean, np.bincount(chain, (features[:, 0] - mean[chain]) ** 2) / n])

    def show(self, state, features):
        chain = features[:, 1].astype(int)
        mean, variance = np.broadcast_to(state, (2, chain.max() + 1))
        shown = np.where(np.arange(chain.size) % 2, np.sqrt(variance)[chain], mean[chain])
        return squash(shown)


class LearnerKind(Kind):
    kind: Literal["learner"] = "learner"
    how: Literal["mean", "spread", "slope", "chains"] = "mean"
    start: tuple[float, ...] = (0.0,)

    def build(self, schema):
        how = {"mean": Mean, "spread": Spread, "slope": Slope, "chains": Chains}[self.how]()
        start = np.array(self.start)
        return Learner(how, start[:, None] if self.how == "chains" else start[0])


@dataclass(frozen=True)
class Shown:
    """A push of the world's own: what people were last shown is misremembered by `size`."""

    size: float
    group: str = "all"
    feature: Any = None
    phase = Phase.ARRIVE

    def apply(self, sim, t):
        sim.people.world["shown"][0] += self.size

    def scaled(self, by):
        return replace(self, size=self.size * by)

    def describe(self):
        return f"what was shown, by {self.size:g}"


class World:
    """People with one feature that answers to what they were shown in the rounds before."""

    name, groups = "theory", ("everybody",)
    schema, money = Schema(("x",)), Money()
    perturbations = {"shown": Shown}  # noqa: RUF012

    def __init__(self, settings, strengths):
        self.settings, self.edges = settings, EDGES.with_strengths(strengths)

    def populate(self, draws):
        people = Population(np.arange(self.settings.people))
        people.world["shown"] = np.full(6, self.settings.start)
        return people

    def group(self, people, rows):
        return np.zeros(people.ids[rows].size, dtype=np.int8)

    def arrivals(self, people, draws, t):
        return np.arange(len(people))

    def features(self, people, rows, draws, t):
        z = draws.normal(Stream.FEATURE, t, people.ids[rows])
        carried = self.settings.answer(people.world["shown"][::2], z, draws, t, people.ids[rows])
        natural = self.settings.undisturbed(z)
        return self.edges.feature.read(carried, natural)[:, None]

    def outcomes(self, people, cases, draws):
        chance = np.full(len(cases), 0.5)
        good = (draws.uniform(Stream.OUTCOME, cases.round, cases.ids) < chance).astype(np.int8)
        return Outcomes(good, chance, good)

    def respond(self, people, cases, outcomes, draws):
        shown = people.world["shown"]
        people.world["shown"] = np.r_[unsquash(cases.scores[0]), shown[:-1]]

    def truth(self, people):
        return {"shown": np.full(len(people), people.world["shown"][0])}


class MeanKind(Kind):
    """D(θ) = N(μ + Σ ε_k θ_k, σ²): ε_0 answers to the live version, ε_1 to the one before ..."""

    kind: Literal["theory-mean"] = "theory-mean"
    people: int = 50
    mu: float = 10.0
    epsilon: float = 0.5
    earlier: float = 0.0
    sigma: float = 1.0
    start: float = 0.0

    def build(self, strengths):
        return World(self, strengths)

    def answer(self, shown, z, draws, t, ids):
        return self.undisturbed(z) + self.epsilon * shown[0] + self.earlier * shown[1]

    def undisturbed(self, z):
        return self.mu + self.sigma * z


class HiddenKind(MeanKind):
    """Khritankov's mean field: who follows the advice answers within s·MAE of it."""

    kind: Literal["theory-hidden"] = "theory-hidden"
    usage: float = 0.5
    adherence: float = 0.2
    mu: float = 0.0

    def answer(self, shown, z, draws, t, ids):
        follows = draws.uniform(Stream.RESPONSE, t, ids) < self.usage
        return np.where(follows, self.adherence * shown[0], self.sigma) * z


class CoinWorld(World):
    """X ~ Bernoulli(½), P(Y = 1 | X) = ½ + μX + εθX, and the prediction is ½ + θX."""

    def features(self, people, rows, draws, t):
        u = draws.uniform(Stream.FEATURE, t, people.ids[rows])
        return (u < 0.5).astype(float)[:, None]

    def outcomes(self, people, cases, draws):
        x = cases.features[:, 0]
        natural = 0.5 + self.settings.mu * x
        carried = natural + self.settings.epsilon * (cases.scores - 0.5)
        chance = self.edges.outcome.read(carried, natural)
        good = (draws.uniform(Stream.OUTCOME, cases.round, cases.ids) < chance).astype(np.int8)
        return Outcomes(good, chance, good)

    def respond(self, people, cases, outcomes, draws):
        theta = cases.scores[cases.features[:, 0] == 1.0].mean() - 0.5
        people.world["shown"] = np.r_[theta, people.world["shown"][:-1]]


class CoinKind(MeanKind):
    kind: Literal["theory-coin"] = "theory-coin"
    people: int = 20_000
    mu: float = 0.1
    epsilon: float = 0.3

    def build(self, strengths):
        return CoinWorld(self, strengths)


class ChainsWorld(World):
    """Many chains of M cases, each drawn from the normal that was fitted to the last ones."""

    schema = Schema(("x", "chain"))

    def populate(self, draws):
        people = Population(np.arange(self.settings.people))
        people.world["shown"] = np.zeros((2, self.settings.people // self.settings.cases))
        people.world["shown"][1] = 1.0
        return people

    def features(self, people, rows, draws, t):
        chain = people.ids[rows] // self.settings.cases
        z = draws.normal(Stream.FEATURE, t, people.ids[rows])
        mean, deviation = people.world["shown"]
        return np.column_stack([mean[chain] + deviation[chain] * z, chain])

    def respond(self, people, cases, outcomes, draws):
        first = unsquash(cases.scores).reshape(-1, self.settings.cases)[:, :2]
        people.world["shown"] = first.T.copy()

    def truth(self, people):
        mean, deviation = people.world["shown"].repeat(self.settings.cases, axis=1)
        return {"mean": mean, "square": mean**2, "variance": deviation**2,
                "logarithm": 2 * np.log(deviation)}  # fmt: skip


class ChainsKind(MeanKind):
    kind: Literal["theory-chains"] = "theory-chains"
    cases: int = 20

    def build(self, strengths):
        return ChainsWorld(self, strengths)


class ProductWorld(World):
    """A figure that is (1 + a·feature)(1 + b·sampling)(1 + c·outcome) − 1."""

    def truth(self, people):
        product = np.ones(len(people))
        for name, carried in zip(("feature", "sampling", "outcome"), self.settings.by, strict=True):
            product *= 1.0 + getattr(self.edges, name).read(np.array([carried]), np.array([0.0]))
        return {"product": product - 1.0}


class ProductKind(MeanKind):
    kind: Literal["theory-product"] = "theory-product"
    by: tuple[float, float, float] = (0.5, 0.25, 2.0)

    def build(self, strengths):
        return ProductWorld(self, strengths)


KINDS = (MeanKind, HiddenKind, CoinKind, ChainsKind, ProductKind)


def register():
    """In this process the worlds can be named in a scenario."""
    registry.add("model", LearnerKind)
    for kind in KINDS:
        registry.add("environment", kind)


def scenario(environment, rounds, how="mean", start=(0.0,), seed=0, training=GENERATION):
    """A world of this module with its learner."""
    plan = {
        "name": environment["kind"], "rounds": rounds, "seed": seed, "environment": environment,
        "model": {"kind": "learner", "how": how, "start": start}, "training": training,
        "policy": {"kind": "threshold", "at": 0.5},
        "observed": {"window": 1},
    }  # fmt: skip
    return loopsim.Scenario.parse(plan)
