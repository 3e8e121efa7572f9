"""Predictions that move what they predict: three worlds of Perdomo et al. (2020).

Outcomes whose mean follows the prediction (their example of a mean, and their biased coin), and
borrowers who move their features against a credit score. The file also holds what they are asked
with: a slope through the origin, and the published solver with its stopping rule.

Only `loopsim`'s public interfaces are used: `Environment`, `Model`, an estimator of one's own and
`registry.add`.
"""

from __future__ import annotations

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
from loopsim.kernels import compiled
from loopsim.models.numbers.settings import NumberKind
from loopsim.models.ranking.arrays import ArrayModel
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import InputFile, Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def edges(**loops: Edge) -> Edges:
    """The five, with no loop where none is named."""
    none = {name: Edge(name, closed="no loop here", cut="the same") for name in LOOPS}
    training = Edge(
        "model",
        closed="training reads the cases of the log",
        cut="training reads as many cases of the same rounds, with outcomes nobody moved",
        blend="share",
    )
    return Edges(**none | {"model": training} | loops)


class Crowd:
    """What the three share: everybody comes in every round, and there is one group."""

    form, groups, money = "value", ("everybody",), Money()
    schema = Schema(("x",))
    edges: Edges

    def __init__(self, settings: Any, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = type(self).edges.with_strengths(strengths)

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """There is one group."""
        return np.zeros(people.ids[rows].shape, dtype=np.int8)

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Everybody."""
        return np.arange(len(people))

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Nobody changes."""


# -- outcomes whose mean follows the prediction ----------------------------------------------------


class Moved(Kind):
    """What both worlds of numbers ask."""

    form: ClassVar[str] = "value"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "people")

    people: int = Field(100, ge=2, lt=2**30)
    epsilon: float = Field(0.5, description="how far the mean moves with the prediction")
    sigma: float = Field(0.0, ge=0, description="of the noise, in its own sd; 0: expectations")


class MovedWorld(Crowd):
    """See `loopsim.environments.base.Environment`."""

    edges = edges(
        outcome=Edge(
            "outcome",
            closed="the mean of an outcome moves with the prediction, by ε of it",
            cut="outcomes of the law that no prediction moves",
        )
    )

    def populate(self, draws: Draws) -> Population:
        """Everybody; x is 1 for one half exactly and 0 for the other."""
        ids = np.arange(self.settings.people, dtype=np.int64)
        return Population(ids, x=(ids % 2).astype(np.float64))

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 1) x."""
        return people["x"][rows][:, None]

    def truth(self, people: Population) -> dict[str, Floats]:
        """`x`."""
        return {"x": people["x"]}


@partial(add, "environment")
class MeanShift(Moved):
    """Outcomes N(μ + ε·θ, σ²) where θ is predicted (a location family)."""

    kind: Literal["mean-shift"] = "mean-shift"
    mu: float = Field(10.0, description="mean of the outcomes without a prediction")

    def build(self, strengths: dict[str, float]) -> MeanShiftWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return MeanShiftWorld(self, strengths)


class MeanShiftWorld(MovedWorld):
    """Everybody's outcome moves with the mean of what was predicted."""

    name = "mean-shift"

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """μ + ε·θ + noise in the log, and μ + noise without a prediction (edge: outcome)."""
        noise = draws.normal(Stream.OUTCOME, cases.round, cases.ids)
        natural = self.settings.mu + self.settings.sigma * noise
        carried = natural + self.settings.epsilon * (cases.scores.mean() if len(cases) else 0.0)
        label = self.edges.outcome.read(carried, natural, draws, cases.ids)
        return Outcomes(natural, np.full(len(cases), self.settings.mu), label)


@partial(add, "environment")
class BiasedCoin(Moved):
    """A coin that lands on Y = 1 with probability ½ + μX + εθX where ½ + θX is predicted.

    Outcomes and predictions are less ½: the log shows Y − ½. With sigma = 0 it shows the expected
    outcome, with sigma = 1 the coin.
    """

    kind: Literal["biased-coin"] = "biased-coin"
    mu: float = Field(0.1, ge=-0.5, le=0.5)
    epsilon: float = 0.3

    def build(self, strengths: dict[str, float]) -> BiasedCoinWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return BiasedCoinWorld(self, strengths)


class BiasedCoinWorld(MovedWorld):
    """One uniform a coin, whatever was predicted."""

    name = "biased-coin"

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Y − ½ as predictions moved it, and as it would have been (edge: outcome)."""
        law = self.settings.mu * people["x"][cases.rows]
        moved = law + self.settings.epsilon * cases.scores
        uniform = draws.uniform(Stream.OUTCOME, cases.round, cases.ids) - 0.5
        sigma = self.settings.sigma
        natural, carried = (q + sigma * ((uniform < q) - 0.5 - q) for q in (law, moved))
        label = self.edges.outcome.read(carried, natural, draws, cases.ids)
        return Outcomes(natural, law, label)

    def risk(self, cases: Cases, outcomes: Outcomes) -> float:
        """The performative risk of this round's predictions: mean of (prediction − Y)²/2.

        An expected outcome q stands for a coin: E(s − Y + ½)² = (s − q)² + ¼ − q².
        """
        spread = 0.25 - outcomes.label**2 if self.settings.sigma == 0.0 else 0.0
        return float(((cases.scores - outcomes.label) ** 2 + spread).mean() / 2.0)


class SlopeModel(ArrayModel):
    """Predicts θ·x; a fit is least squares through the origin.

    Parameters
    ----------
    slope : float
        θ before the first fit.
    """

    name = "slope"

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.learnt = {"slope": np.array(slope)}

    def fit(  # type: ignore[override]
        self, features: Floats, labels: Floats, weights: Floats | None, random_state: int
    ) -> SlopeModel:
        """See `loopsim.models.base.Model.fit`."""
        x = features[:, 0]
        w = x if weights is None else x * weights
        return self.having(slope=np.array((w @ labels) / (w @ x)))

    def score(self, features: Floats) -> Floats:  # type: ignore[override]
        """(n,) predictions."""
        return features[:, 0] * self.learnt["slope"]


@partial(add, "model")
class Slope(NumberKind):
    """A slope through the origin; with the rule `never` it holds what it was given."""

    kind: Literal["slope"] = "slope"
    before: float = Field(0.0, description="the slope before the first fit")

    def build(self, schema: Schema) -> SlopeModel:  # type: ignore[override]
        """The model."""
        return SlopeModel(self.before)


# -- borrowers who move their features -------------------------------------------------------------

#: Utilisation, open credit lines and real-estate loans.
STRATEGIC = np.array([0, 5, 7])
CREDIT = (
    "utilisation", "age", "late_30", "debt_ratio", "income", "credit_lines", "late_90",
    "real_estate", "late_60", "dependents",
)  # fmt: skip


@partial(add, "environment")
class StrategicCredit(Kind):
    """Borrowers of the Give Me Some Credit data, who move three features against the model."""

    kind: Literal["strategic-credit"] = "strategic-credit"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "file", "others")

    file: InputFile = Field(description="the data: a row number, the label, ten features")
    others: int = Field(10_000, ge=1, description="borrowers who did not default, the first ones")
    epsilon: float = Field(100.0, ge=0, description="move of a feature per unit of its slope")

    def build(self, strengths: dict[str, float]) -> StrategicCreditWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return StrategicCreditWorld(self, strengths)


class StrategicCreditWorld(Crowd):
    """See `loopsim.environments.base.Environment`.

    The score is that of the good outcome, so a borrower moves with its slopes: the paper's model of
    default has the slopes −θ and they move against them, which is the same. Nobody tells them the
    slopes; they find them out from the scores that all of them got in the round before.
    """

    name, form = "strategic-credit", "yes-no"
    schema = Schema((*CREDIT, "one"))
    edges = edges(
        feature=Edge(
            "feature",
            closed="everybody moves three features by ε times their slopes in the model they met",
            cut="everybody's features are those of the data",
        )
    )

    def populate(self, draws: Draws) -> Population:
        """Complete rows, standardised, then all who defaulted and the first of the others."""
        import pandas as pd

        rows = pd.read_csv(self.settings.file, index_col=0).dropna().to_numpy(dtype=np.float64)
        bad, x = rows[:, 0] == 1, rows[:, 1:]
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        kept = np.r_[np.flatnonzero(bad), np.flatnonzero(~bad)[: self.settings.others]]
        ids = np.arange(kept.size, dtype=np.int64)
        people = Population(ids, x=x[kept], good=(~bad[kept]).view(np.int8))
        people.world["move"] = np.zeros(len(CREDIT))
        return people

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 11) after the moves or before, and a one (edge: feature)."""
        natural = people["x"][rows]
        moved = self.edges.feature.read(natural + people.world["move"], natural)
        return np.column_stack([moved, np.ones(len(moved))])

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Who repaid, in the data: a move changes nobody, and no decision hides it."""
        good = people["good"][cases.rows]
        return Outcomes(good, good.astype(np.float64), good, np.zeros(len(cases), dtype=bool))

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """The slopes come out of the scores, and everybody moves from where the data have them."""
        if not len(cases):
            return
        move = np.zeros(len(CREDIT))
        move[STRATEGIC] = self.settings.epsilon * slopes(cases.features, cases.scores)[STRATEGIC]
        people.world["move"] = move

    def truth(self, people: Population) -> dict[str, Floats]:
        """The three moves, the same for everybody."""
        moves = self.edges.feature.read(people.world["move"], np.zeros(len(CREDIT)))
        return {f"move_{CREDIT[j]}": np.full(len(people), moves[j]) for j in STRATEGIC}


def slopes(features: Floats, scores: Floats) -> Floats:
    """(d,) of the log odds on the features, by least squares; exact where the model is logistic.

    The last feature is a one. Scores near 0 and 1 have lost the digits that their odds need.
    """
    sure = np.abs(scores - 0.5) > 0.4999
    some = ~sure if (~sure).sum() > features.shape[1] else np.ones(len(scores), dtype=bool)
    score = np.clip(scores[some], 1e-15, 1.0 - 1e-15)
    x = features[some, :-1] - features[some, :-1].mean(axis=0)
    odds = np.log(score / (1.0 - score))
    return np.linalg.lstsq(x, odds - odds.mean(), rcond=None)[0]  # type: ignore[no-any-return]


class StoppedDescent:
    """Logistic regression as the paper's own code fits it: gradient descent that stops early.

    From zero, in steps of 1/(‖x‖²/4 + λ), a tenth of that as long as the objective rises, until a
    step lowers it by no more than `tolerance` (github.com/jcperdomo/performative-prediction,
    ``optimization.py``; what it watches has the norm of the slopes where the objective has its
    square, but for the first value). The last feature is a one, whose slope is not penalised.

    Parameters
    ----------
    tolerance : float
    start : list of float, optional
        Slopes to begin at.

    Attributes
    ----------
    slopes_ : (d,) float64 array
    steps_ : int
    gradient_ : float
        Norm of the objective's gradient where it stopped; 0 at the minimum.
    """

    def __init__(self, tolerance: float = 1e-7, start: list[float] | None = None) -> None:
        self.tolerance, self.start = tolerance, start

    def fit(self, x: Floats, y: Ints) -> StoppedDescent:
        """See the class; the penalty is λ = 1/n."""
        x, lam = np.ascontiguousarray(x), 1.0 / len(x)
        rate = 1.0 / ((x**2).sum() / (4.0 * len(x)) + lam)
        theta = np.zeros(x.shape[1]) if self.start is None else np.array(self.start)
        before, gradient = objective(x, y, theta, lam, True)
        step, self.steps_ = rate, 0
        while True:
            tried = theta - step * gradient
            loss, there = objective(x, y, tried, lam, False)
            if loss > before and step > 1e-30:
                step /= 10.0
                continue
            step, theta, gradient, self.steps_ = rate, tried, there, self.steps_ + 1
            fallen, before = before - loss, loss
            if fallen <= self.tolerance:
                break
        self.slopes_, self.gradient_ = theta, float(np.linalg.norm(gradient))
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, x: Floats) -> Floats:
        """(n, 2)."""
        good = 1.0 / (1.0 + np.exp(-(x @ self.slopes_)))
        return np.column_stack([1.0 - good, good])


@compiled
def objective(x: Floats, y: Ints, theta: Floats, lam: float, squared: bool) -> tuple[float, Floats]:
    """Mean logistic loss with its penalty, and the gradient of the proper objective."""
    n, d = x.shape
    gradient, loss, norm = np.zeros(d), 0.0, 0.0
    for i in range(n):
        z = 0.0
        for j in range(d):
            z += x[i, j] * theta[j]
        e = np.exp(-abs(z))
        loss += np.log1p(e) + max(z, 0.0) - y[i] * z
        error = (1.0 if z >= 0.0 else e) / (1.0 + e) - y[i]
        for j in range(d):
            gradient[j] += error * x[i, j]
    for j in range(d):
        gradient[j] /= n
        if j < d - 1:
            norm += theta[j] ** 2
            gradient[j] += lam * theta[j]
    return loss / n + lam / 2.0 * (norm if squared else np.sqrt(norm)), gradient
