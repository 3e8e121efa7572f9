"""The best items, with a share of the places left to chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.policies.ranking.part import Ints, Part
from loopsim.policies.ranking.ranking import Ranking


@dataclass(frozen=True)
class TopKPolicy(Ranking):
    """The k highest scores that may be shown, best first; of equals, in an order of the visitor's.

    With probability `explore` a place is filled with any item that is left instead, each equally
    likely (ε-greedy by place); 1 is a random slate.

    Parameters
    ----------
    k : int
    explore : float in [0, 1]
    name : str
    """

    name: str = "top-k"

    def order(self, part: Part) -> Ints:
        """See `Ranking.order`."""
        if self.explore < 1.0:
            return part.best(self.k, self.k)
        return np.full((part.scores.shape[0], self.k), -1)
