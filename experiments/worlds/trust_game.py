"""A trust game: investors who see a model's belief, and a model that learns from their investments.

A surrogate of the game of Bauer, Heigl, Hinz and Kosfeld (2024), whose data are not public. Every
round fifty investors meet a borrower each, see what the model believes, and decide; whoever got no
money never shows whether they would have paid it back. The first model may have been taught that no
woman does. Games are replicates side by side, each with a law of its own. The file also holds the
investors, who sit at loopsim's review desk, and the learner, one fit a game.

Only `loopsim`'s public interfaces are used: `Environment`, `Reviewers`, an estimator and
`registry.add`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import expit, logit, ndtri
from sklearn.linear_model import LogisticRegression

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import BAD, UNKNOWN, Money, Outcomes
from loopsim.features import Schema
from loopsim.oversight.base import CONFIRMED, JUDGEMENT, Codes, Folder, Team
from loopsim.population import Population
from loopsim.registry import add
from loopsim.settings import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TRAITS = 9
WOMEN, MEN = 0, 1

EDGES = Edges(
    sampling=Edge(
        "sampling", closed="no loop here: every round has new borrowers of the same law",
        cut="the same",
    ),
    outcome=Edge(
        "outcome",
        closed="whoever got no money never shows whether they would have paid it back",
        cut="everybody shows it, as if all had got money",
        blend="share",
    ),
    feature=Edge(
        "feature", closed="no loop here: a borrower comes once and never changes", cut="the same"
    ),
    model=Edge(
        "model",
        closed="training reads the borrowers in whom somebody has invested",
        cut="training reads as many borrowers drawn without regard to decisions",
        blend="share",
    ),
    oversight=Edge(
        "oversight",
        closed="an investor sees what the model believes, and leans on it",
        cut="an investor goes by their own impression alone",
        blend="share",
    ),
)  # fmt: skip


def tastes(draws: Draws, games: int) -> Floats:
    """(games, 9) β ~ N(0, .5²): what each trait says of trustworthiness, in each game."""
    keys = np.arange(games * TRAITS)
    return 0.5 * draws.normal(Stream.WORLD, -1, keys).reshape(games, TRAITS)


@partial(add, "environment")
class TrustGame(Kind):
    """Borrowers who pay back by their traits alone, women and men by one law."""

    kind: Literal["trust-game"] = "trust-game"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "games", "pairs", "women")

    games: int = Field(15, ge=1, lt=2**16, description="independent games")
    pairs: int = Field(
        50, ge=2, lt=2**16, description="investors and borrowers of a game in a round"
    )
    women: float = Field(0.4, ge=0, le=1, description="share of the borrowers")
    trustworthy: float = Field(
        0.34, gt=0, lt=1, description="share who would sooner pay back than not"
    )
    flipped: float = Field(
        default=1.0, ge=0, le=1,
        description="share of women whom the first model's data call defaulters, whatever they did",
    )  # fmt: skip

    def build(self, strengths: dict[str, float]) -> TrustWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return TrustWorld(self, strengths)


class TrustWorld:
    """See `loopsim.environments.base.Environment`.

    A row is a seat of a game, which another borrower takes in every round: every draw is keyed by
    the round and the seat. The first seats of a game are women's.
    """

    name, groups = "trust-game", ("women", "men")
    money = Money(gain=0.5, loss=0.5)
    schema = Schema(
        (
            "game",
            *(f"x{j}" for j in range(1, TRAITS + 1)),
            "woman",
            *(f"woman.x{j}" for j in range(1, TRAITS + 1)),
        )
    )

    def __init__(self, settings: TrustGame, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)

    def populate(self, draws: Draws) -> Population:
        """The seats, and what traits say in each game."""
        games, pairs = self.settings.games, self.settings.pairs
        people = Population(np.arange(games * pairs, dtype=np.int64))
        women = round(self.settings.women * pairs)
        people["game"] = np.repeat(np.arange(games), pairs)
        people["group"] = np.where(people.ids % pairs < women, WOMEN, MEN).astype(np.int8)
        people.world["tastes"] = tastes(draws, games)
        return people

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """Women and men."""
        return people["group"][rows]

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """Every seat."""
        return np.arange(len(people))

    def _traits(self, ids: Ints, draws: Draws, t: int) -> Floats:
        """(n, 9) standard normals."""
        columns = [draws.normal(Stream.FEATURE, t, ids, k=j) for j in range(TRAITS)]
        return np.column_stack(columns)

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 20) the game, traits, gender, and both together."""
        x = self._traits(people.ids[rows], draws, t)
        woman = (people["group"][rows] == WOMEN).astype(np.float64)[:, None]
        return np.hstack([people["game"][rows][:, None], x, woman, x * woman])

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Who would pay back, drawn for all; seen where somebody invested (edge: outcome)."""
        t, ids = cases.round, cases.ids
        beta = people.world["tastes"][people["game"][cases.rows]]
        middle = ndtri(self.settings.trustworthy) * np.linalg.norm(beta, axis=1)
        says = np.einsum("ij,ij->i", self._traits(ids, draws, t), beta)
        probability = expit(middle + says)
        good = (draws.uniform(Stream.OUTCOME, t, ids) < probability).view(np.int8)
        every, none = np.ones(len(cases), dtype=bool), np.zeros(len(cases), dtype=bool)
        selective = self.edges.outcome.read(every, none, draws, ids)
        told = self._told(good, cases, draws)
        label = np.where(selective & (cases.actions == 0), np.int8(UNKNOWN), told)
        return Outcomes(good, probability, label, selective)

    def _told(self, good: Codes, cases: Cases, draws: Draws) -> Codes:
        """What the data say of them: before round 0, of women, perhaps not the truth."""
        if cases.round >= 0:
            return good
        u = draws.uniform(Stream.NOISE, cases.round, cases.ids)
        slandered = (cases.group == WOMEN) & (u < self.settings.flipped)
        return np.where(slandered, np.int8(BAD), good)

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Nobody changes: other borrowers take the seats."""

    def truth(self, people: Population) -> dict[str, Floats]:
        """Nothing of a seat."""
        return {}


class Investors:
    """Who invests if σ(2(ŷ − .5) + .5 x'β + .8 z) exceeds a threshold, which is higher for women.

    ŷ is what the model believes, x'β what an investor can tell from the traits, z ~ N(0, 1) an
    impression that says nothing. Where ŷ is not shown they go by the rest. See
    `loopsim.oversight.base.Reviewers`.

    Parameters
    ----------
    count : int
    thresholds : two floats in (0, 1)
        For women and for men.
    """

    def __init__(self, count: int = 50, thresholds: tuple[float, float] = (0.5, 0.5)) -> None:
        self.count, self.thresholds = count, logit(np.array(thresholds))

    def __len__(self) -> int:
        return self.count

    def prepare(self, folder: Folder, draws: Draws) -> None:
        """Nobody has to be trained."""

    def review(self, folder: Folder, reviewer: Team, draws: Draws) -> tuple[Codes, Codes]:
        """Invest or not, and why: an answer that departs from the advice is a judgement."""
        advice = np.where(folder.cued, 2.0 * (folder.score - 0.5), 0.0)
        lean = (
            advice + 0.5 * _says(folder, draws) + 0.8 * self._impressions(folder, reviewer, draws)
        )
        action = (lean > self.thresholds[folder.group]).view(np.int8)
        reason = np.where(action == folder.advised, CONFIRMED, JUDGEMENT)
        return action, reason.astype(np.int8)

    def _impressions(self, folder: Folder, reviewer: Team, draws: Draws) -> Floats:
        """(m,) z, each investor's own."""
        z = np.empty(len(folder))
        for who in np.unique(reviewer):
            mine = reviewer == who
            z[mine] = draws.normal(Stream.REVIEW, folder.round, folder.ids[mine], k=int(who))
        return z

    def state(self) -> dict[str, NDArray[Any]]:
        """They remember nothing."""
        return {}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """There is nothing to remember."""


def _says(folder: Folder, draws: Draws) -> Floats:
    """(m,) x'β by the game of each."""
    game = folder.features[:, 0].astype(np.int64)
    beta = tastes(draws, int(game.max(initial=0)) + 1)[game]
    return np.einsum("ij,ij->i", folder.features[:, 1 : TRAITS + 1], beta)


class EveryRowSoFar:
    """Logistic regression, one fit a game, anew on all rows so far: the first model's included.

    scikit-learn's own default, a ridge of C = 1.

    Attributes
    ----------
    slopes : (games, 20) float64 array
        Of traits, gender and both together; the intercept is last.
    """

    def partial_fit(self, x: Floats, y: Ints, classes: Ints | None = None) -> EveryRowSoFar:
        """Take in new rows, and fit on everything."""
        known = hasattr(self, "x")
        self.x = np.vstack([self.x, x]) if known else np.array(x)
        self.y = np.concatenate([self.y, y]) if known else np.array(y)
        game = self.x[:, 0].astype(np.int64)
        self.slopes = np.array([self._fit(game == g) for g in range(int(game.max()) + 1)])
        return self

    def _fit(self, mine: NDArray[np.bool_]) -> Floats:
        fitted = LogisticRegression(solver="newton-cholesky").fit(self.x[mine, 1:], self.y[mine])
        return np.r_[fitted.coef_[0], fitted.intercept_]

    def fit(self, x: Floats, y: Ints) -> EveryRowSoFar:
        """Forget what was, and fit."""
        return type(self)().partial_fit(x, y)

    def predict_proba(self, x: Floats) -> Floats:
        """(n, 2) probabilities of a default and of paying back."""
        slopes = self.slopes[x[:, 0].astype(np.int64)]
        good = expit(np.einsum("ij,ij->i", x[:, 1:], slopes[:, :-1]) + slopes[:, -1])
        return np.column_stack([1.0 - good, good])
