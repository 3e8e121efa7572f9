"""One group's cases from the best believed score down, as steps of a common rate."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ladder:
    """What a group reaches, case by case, if yes goes to its best scores first.

    The rate that is to be common is a weighted share: Σ weight of the cases that get yes / Σ weight
    of all. With weight 1 it is the selection rate; with weight = score it is the true positive rate
    as the scores have it (E[yes and good] / E[good]).

    Parameters
    ----------
    scores : (m,) float64 array, ascending
        Believed probabilities of good, of the cases with a positive weight.
    rate : (m,) float64 array, ascending, ending at 1
        Rate reached with the best case, the best two, ... all.
    weight : float
        Σ weight.
    positives : bool
        Whether a case's weight is its score (otherwise 1).
    """

    scores: Floats
    rate: Floats
    weight: float
    positives: bool

    @classmethod
    def climb(cls, scores: Floats, positives: bool, mass: Floats | None = None) -> Ladder | None:
        """The ladder of one group's scores, or None if no case has a positive weight.

        Parameters
        ----------
        scores : (n,) float64 array in [0, 1]
        positives : bool
        mass : (n,) float64 array, optional
            How many people each score stands for, for a distribution in place of single cases.
        """
        order = None if mass is None else np.argsort(scores, kind="stable")
        scores = np.sort(scores) if order is None else scores[order]
        mass = np.ones_like(scores) if mass is None or order is None else mass[order]
        weights = scores * mass if positives else mass
        some = weights > 0.0
        scores, weights = (scores, weights) if some.all() else (scores[some], weights[some])
        if scores.size == 0:
            return None
        reached = np.cumsum(weights[::-1])
        return cls(scores, reached / reached[-1], float(reached[-1]), positives)

    def _score(self, rate: float) -> np.float64:
        """The lowest score that gets a yes when `rate` > 0 is reached."""
        return self.scores[self.scores.size - 1 - np.searchsorted(self.rate, rate)]

    def slope(self, rate: float, break_even: float) -> float:
        """Utility that the last bit of `rate` brings, a unit of rate, over gain + loss.

        A yes to a case of score s is worth gain·s − loss·(1 − s) = (gain + loss)·(s − break-even),
        and moves the rate by its weight w over the total W: W·(s − break-even)/w. It falls as the
        rate climbs, since s does: utility is concave and piecewise linear in the rate.
        """
        score = float(self._score(rate))
        if not self.positives:
            return self.weight * (score - break_even)
        with np.errstate(over="ignore"):
            return self.weight * float(1.0 - np.float64(break_even) / score)

    def cut(self, rate: float) -> tuple[float, float]:
        """Threshold that reaches `rate`, and the share of those exactly at it who get yes."""
        if rate <= 0.0:
            return np.inf, 0.0
        at = self._score(rate)
        above = self.scores.size - int(np.searchsorted(self.scores, at, "right"))
        through = self.scores.size - int(np.searchsorted(self.scores, at, "left"))
        low = float(self.rate[above - 1]) if above else 0.0
        share = (rate - low) / (float(self.rate[through - 1]) - low)
        return float(at), float(np.clip(share, 0.0, 1.0))


def best_rate(ladders: list[Ladder], break_even: float) -> float:
    """The common rate of highest total utility; of several, the largest. Exact, not on a grid.

    Total utility is concave and piecewise linear in the rate, so its top is a rate that some group
    reaches with a whole number of cases: the last one to which the slope is not negative. The
    slopes fall, so a binary search of each group's steps finds it.
    """

    def falls(rate: float) -> bool:
        return sum(ladder.slope(rate, break_even) for ladder in ladders) < 0.0

    best = 0.0
    for ladder in ladders:
        steps = bisect.bisect_left(ladder.rate, True, key=falls)
        best = max(best, float(ladder.rate[steps - 1]) if steps else 0.0)
    return best
