"""The best items, with a share of the places left to chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.errors import InputError
from loopsim.policies.ranking import kernels
from loopsim.slates import SLOTS, Slates, Visits

BLOCK = 1024  # visits scored at a time


@dataclass(frozen=True)
class TopKPolicy:
    """The k highest scores that may be shown, best first.

    With probability `explore` a place is filled with any item that is left instead, each equally
    likely (ε-greedy by place); 1 is a random slate.

    Parameters
    ----------
    k : int
    explore : float in [0, 1]
    name : str
    """

    k: int
    explore: float = 0.0
    name: str = "top-k"

    def decide(self, cases: Cases, draws: Draws) -> Slates:
        """See `SlatePolicy.decide`."""
        visits: Visits = cases.features
        n, available = len(cases), visits.catalogue.available
        items = np.empty((n, self.k), dtype=np.int64)
        values, propensities = np.empty((n, self.k)), np.ones((n, self.k))
        ids = cases.ids[:, None] * SLOTS + np.arange(self.k)
        enough(visits, self.k)
        for start in range(0, n, BLOCK):
            at = slice(start, min(start + BLOCK, n))
            scores = cases.scores.block(at)
            exclude = visits.exclude[at]
            kernels.best(scores, available, exclude, items[at], values[at])
            if self.explore > 0.0:
                self._explore(cases, draws, at, ids[at], items[at], propensities[at])
                values[at] = np.take_along_axis(scores, items[at], axis=1)
        return Slates(items, cases.scores.believed(values), propensities)

    def _explore(self, cases: Cases, draws: Draws, at: slice, ids, items, propensities) -> None:  # type: ignore[no-untyped-def]
        visits: Visits = cases.features
        pool = np.flatnonzero(visits.catalogue.available)
        coin = draws.keys(Stream.EXPLORE, cases.round)
        pick = draws.keys(Stream.EXPLORE, cases.round, k=1)
        greedy, exclude = items.copy(), visits.exclude[at]
        kernels.explored(greedy, pool, exclude, ids, self.explore, coin, pick, items, propensities)


def enough(visits: Visits, k: int) -> None:
    """InputError where some visit cannot be shown k different items."""
    pool = np.flatnonzero(visits.catalogue.available)
    left = pool.size - np.isin(visits.exclude, pool).sum(axis=1)
    if left.size and left.min() < k:
        raise InputError(
            f"policy.k = {k}: only {left.min()} items are left to show to some visits; make the "
            "catalogue larger, let items be repeated, or show fewer"
        )
