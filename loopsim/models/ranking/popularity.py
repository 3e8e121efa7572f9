"""The share of clicks each item got when it was shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats
from loopsim.models.ranking.arrays import ArrayModel, Learnt, with_later_items
from loopsim.models.ranking.scorers import SameForAll
from loopsim.slates import Interactions, Visits


class Popularity(ArrayModel):
    """Clicks over impressions, drawn towards the mean of all items where there are few.

    Parameters
    ----------
    prior : float > 0
        Impressions' worth of the overall mean that every item starts with.
    """

    name = "popularity"

    def __init__(self, prior: float = 20.0) -> None:
        super().__init__()
        self.prior = prior

    def learn(
        self, rows: Interactions, labels: NDArray[np.int8], weights: Floats, random_state: int
    ) -> Learnt:
        """The rate of each item, and their mean."""
        return click_rates(rows, labels, weights, self.prior)

    def scorer(self, visits: Visits) -> SameForAll:
        """The same list for everybody."""
        mean = self.learnt["mean"]
        return SameForAll(with_later_items(self.learnt["rate"], len(visits.catalogue), mean))


def click_rates(
    rows: Interactions, labels: NDArray[np.int8], weights: Floats, prior: float
) -> Learnt:
    """``rate`` (m,) of each item, and the ``mean`` of all impressions."""
    size = len(rows.catalogue)
    impressions = np.bincount(rows.items, weights, minlength=size)
    clicks = np.bincount(rows.items, weights * labels, minlength=size)
    mean = clicks.sum() / impressions.sum()
    rate = (clicks + prior * mean) / (impressions + prior)
    return {"rate": rate, "mean": np.array(mean)}
