"""Towns in which each loan moves its group's credit: the lending world of D'Amour et al. (2020).

A town has two groups, each spread over seven score bins. In a round one of them, by a fair coin,
sends one applicant from the bins as they are now. A loan moves a step of the group's mass one bin
up if it is repaid and one down if not. Towns are replicates side by side: nothing links them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import UNKNOWN, Money, Outcomes
from loopsim.features import Schema
from loopsim.policies.settings import PolicyKind
from loopsim.population import Population
from loopsim.settings import Kind

Floats = NDArray[np.float64]

GROUPS = ("one", "two")
REPAY = (0.1, 0.2, 0.45, 0.6, 0.65, 0.7, 0.7)
START = ((0.0, 0.1, 0.1, 0.2, 0.3, 0.3, 0.0), (0.1, 0.1, 0.2, 0.3, 0.3, 0.0, 0.0))
BINS = len(REPAY)

EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="one group of each town sends an applicant, by a fair coin that no decision moves",
        cut="the same: in this world decisions do not shape who applies",
        blend="share",
    ),
    outcome=Edge(
        "outcome",
        closed="a refused applicant's outcome is never seen",
        cut="every applicant's outcome is seen, as if all had been lent to",
        blend="share",
    ),
    feature=Edge(
        "feature",
        closed="a loan moves some of its group's mass one bin up if repaid, one down if not",
        cut="each group keeps the distribution over bins that it began with",
    ),
    model=Edge(
        "model",
        closed="training would read the cases that were lent to; the bank here knows the curve",
        cut="training would read as many cases drawn without regard to decisions",
        blend="share",
    ),
    oversight=Edge(
        "oversight",
        closed="no person reviews a decision",
        cut="the same: no person reviews a decision",
        blend="share",
    ),
)


class LendingBins(Kind):
    """Towns of two groups, each spread over seven score bins that its loans move."""

    kind: Literal["lending-bins"] = "lending-bins"
    fixed: ClassVar[tuple[str, ...]] = ("kind", "towns")

    towns: int = Field(24, ge=1, lt=2**30, description="independent towns, each with both groups")
    step: float = Field(0.01, ge=0, le=1, description="share of its group that a loan moves")

    def build(self, strengths: dict[str, float]) -> LendingBinsWorld:  # type: ignore[override]
        """The world, with its loops at these strengths."""
        return LendingBinsWorld(self, strengths)


class LendingBinsWorld:
    """See `loopsim.environments.base.Environment`; an entity is one group of one town."""

    name = "lending-bins"
    groups = GROUPS
    money = Money(gain=1.0, loss=1.0)
    #: The applicant's bin, and what the bank knows of the town: both groups' distributions.
    schema = Schema(("bin", *(f"{group}.{b}" for group in GROUPS for b in range(BINS))))

    def __init__(self, settings: LendingBins, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)
        self.repay = np.array(REPAY)

    def populate(self, draws: Draws) -> Population:
        """Both groups of every town, town by town."""
        n = 2 * self.settings.towns
        start = np.tile(np.array(START), (self.settings.towns, 1))
        group = np.tile(np.arange(2, dtype=np.int8), self.settings.towns)
        loans = np.zeros(n, dtype=np.int64)
        return Population(
            np.arange(n), group=group, carried=start, natural=start.copy(), loans=loans
        )

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """Group code of each row."""
        return people["group"][rows]

    def arrivals(self, people: Population, draws: Draws, t: int) -> NDArray[np.int64]:
        """The group of each town that sends an applicant (edge: sampling)."""
        first = people.ids[::2]
        rows = 2 * np.arange(first.size) + (draws.uniform(Stream.ARRIVAL, t, first) < 0.5)
        return self.edges.sampling.read(rows, rows, draws, first)

    def shares(self, people: Population) -> Floats:
        """(entities, 7) each group's distribution over bins (edge: feature)."""
        return self.edges.feature.read(people["carried"], people["natural"])

    def _bins(self, people: Population, rows: Any, draws: Draws, t: int) -> NDArray[np.int64]:
        """The applicants' bins: the quantile of a keyed uniform, so the same whenever asked."""
        reached = np.cumsum(self.shares(people)[rows], axis=1)
        u = draws.uniform(Stream.FEATURE, t, people.ids[rows]) * reached[:, -1]
        return (reached < u[:, None]).sum(axis=1)

    def features(self, people: Population, rows: Any, draws: Draws, t: int) -> Floats:
        """(n, 15) the bin of each applicant, and the two distributions of their town."""
        towns = self.shares(people).reshape(-1, 2 * BINS)[rows // 2]
        return np.column_stack([self._bins(people, rows, draws, t), towns])

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Whether each would repay, drawn for all (edge: outcome)."""
        chance = self.repay[self._bins(people, cases.rows, draws, cases.round)]
        good = (draws.uniform(Stream.OUTCOME, cases.round, cases.ids) < chance).astype(np.int8)
        hidden = np.where(cases.actions == 1, good, np.int8(UNKNOWN))
        return Outcomes(good, chance, self.edges.outcome.read(hidden, good, draws, cases.ids))

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Each loan moves a step of its group's mass, or what the bin still has, one bin."""
        lent = cases.actions == 1
        rows, good = cases.rows[lent], outcomes.good[lent]
        here = self._bins(people, rows, draws, cases.round)
        there = np.clip(np.where(good == 1, here + 1, here - 1), 0, BINS - 1)
        carried = people["carried"]
        mass = np.minimum(self.settings.step, carried[rows, here])
        carried[rows, here] -= mass
        carried[rows, there] += mass
        people["loans"][rows] += 1

    def truth(self, people: Population) -> dict[str, NDArray[Any]]:
        """Of every group of every town: `repayment` (mean P(repay)), and `loans` so far."""
        return {"repayment": self.shares(people) @ self.repay, "loans": people["loans"]}


class EqualOpportunityByBin(PolicyKind):
    """The most money under one true positive rate for both groups, from their distributions."""

    kind: Literal["equal-opportunity-by-bin"] = "equal-opportunity-by-bin"
    believed: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        REPAY, min_length=BINS, max_length=BINS, description="P(repay) of each bin, as believed"
    )

    def make(self, money: Money, groups: tuple[str, ...]) -> EqualOpportunityByBinPolicy:
        """The policy, without exploration."""
        return EqualOpportunityByBinPolicy(np.array(self.believed), money.break_even, self.kind)


@dataclass(frozen=True, eq=False)
class EqualOpportunityByBinPolicy:
    """`CommonRatePolicy` on distributions instead of a round's cases, many towns at a time.

    Parameters
    ----------
    believed : (b,) float64 array in (0, 1]
    break_even : float in [0, 1]
    name : str
    """

    believed: Floats
    break_even: float
    name: str

    def chances(self, mass: Floats) -> Floats:
        """P(loan) by town, group and bin.

        Parameters
        ----------
        mass : (n, 2, b) float64 array
            Both groups' distributions over bins.

        Returns
        -------
        (n, 2, b) float64 array
            1 above a group's threshold, 0 below, and at it the share that makes the rates equal.
        """
        scores, level = np.unique(-self.believed, return_inverse=True)  # best first, ties as one
        scores = -scores
        weight = (mass @ (level[:, None] == np.arange(scores.size))) * scores
        reached = np.cumsum(weight, axis=-1)
        total = reached[..., -1:]
        reached = reached / total
        rates = reached.reshape(len(mass), -1)  # utility is linear between a group's steps
        at = (reached[:, None] < rates[:, :, None, None]).sum(axis=-1)
        slope = (total[:, None, :, 0] * (1.0 - self.break_even / scores[at])).sum(axis=-1)
        best = np.where(slope >= 0.0, rates, 0.0).max(axis=1)[:, None, None]
        low = np.concatenate([np.zeros_like(total), reached[..., :-1]], axis=-1)
        width = reached - low
        share = np.divide(best - low, width, out=np.zeros_like(width), where=width > 0.0)
        return np.clip(share, 0.0, 1.0)[..., level]

    def decide(self, cases: Cases, draws: Draws) -> tuple[NDArray[np.int8], Floats]:
        """See `loopsim.policies.base.Policy`; the distributions are columns of the features."""
        seen, case = cases.features, np.arange(len(cases))
        chances = self.chances(seen[:, 1:].reshape(len(cases), 2, -1))
        chance = chances[case, cases.group, seen[:, 0].astype(np.int64)]
        yes = draws.uniform(Stream.EXPLORE, cases.round, cases.ids) < chance
        return yes.astype(np.int8), np.where(yes, chance, 1.0 - chance)
