"""A stated number of cases gets yes: the best ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
        """See `Policy.decide`. One partial selection finds the score at the limit: no sort.

        The places are the round's, so the cases of all shards compete for them.
        """
        crossing = cases.crossing
        n = crossing.total("budget", len(cases))
        places = self.places(n)
        if places in (0, n):
            return np.full(len(cases), places > 0, np.int8), np.ones(len(cases))
        at = crossing.kth("budget", cases.scores, n - places)
        actions, propensities = (cases.scores > at).view(np.int8), np.ones(len(cases))
        tied = np.flatnonzero(cases.scores == at)
        left = places - crossing.total("budget", int(np.count_nonzero(actions)))
        ties = crossing.total("budget", tied.size)
        if left < ties:
            u = draws.uniform(Stream.TIE, cases.round, cases.ids[tied])
            first = crossing.lowest("budget", u, left)
            propensities[tied] = np.where(first, left / ties, 1.0 - left / ties)
            tied = tied[first]
        actions[tied] = 1
        return actions, propensities
