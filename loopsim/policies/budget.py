"""A stated number of cases gets yes: the best ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.policies.base import Decision


@dataclass(frozen=True)
class BudgetPolicy:
    """The highest scores of the round, up to a share or a number of its cases.

    Where cases with equal scores compete for the last places, keyed uniforms decide, so each of m
    tied cases gets one of r places with probability r/m; that is their logged propensity.

    Parameters
    ----------
    share : float in [0, 1], optional
        Share of the round's cases; a part of a case is not spent (rounded down).
    cases : int, optional
        Number of cases in a round; what is left over is not carried to the next round.
    name : str

    Examples
    --------
    >>> import numpy as np
    >>> three = np.arange(3)
    >>> cases = Cases(0, three, three, np.zeros(3, np.int8), scores=np.array([0.2, 0.7, 0.9]))
    >>> BudgetPolicy(cases=2).decide(cases, Draws(0))
    (array([0, 1, 1], dtype=int8), array([1., 1., 1.]))
    """

    share: float | None = None
    cases: int | None = None
    name: str = "budget"

    def places(self, n: int) -> int:
        """How many of n cases get yes."""
        if self.cases is not None:
            return min(self.cases, n)
        return int(np.floor((self.share or 0.0) * n + 1e-9))  # 0.29 · 100 is 28.999…

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`. One partial selection finds the score at the limit: no sort."""
        n, places = len(cases), self.places(len(cases))
        if places in (0, n):
            return np.full(n, places > 0, np.int8), np.ones(n)
        at = np.partition(cases.scores, n - places)[n - places]
        actions, propensities = (cases.scores > at).view(np.int8), np.ones(n)
        tied = np.flatnonzero(cases.scores == at)
        left = places - int(np.count_nonzero(actions))
        if left == tied.size:
            actions[tied] = 1
            return actions, propensities
        first = _smallest(draws.uniform(Stream.TIE, cases.round, cases.ids[tied]), left)
        propensities[tied] = 1.0 - left / tied.size
        actions[tied[first]], propensities[tied[first]] = 1, left / tied.size
        return actions, propensities


def _smallest(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """Positions of the `count` smallest values."""
    return np.argpartition(values, count)[:count]
