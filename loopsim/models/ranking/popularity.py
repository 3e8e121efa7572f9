"""The share of clicks each item got when it was shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats
from loopsim.models.ranking.arrays import ArrayModel
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

    def fit(
        self,
        features: Interactions,
        labels: NDArray[np.int8],
        weights: Floats | None,
        random_state: int,
    ) -> Popularity:
        """See `Recommender.fit`."""
        weight = np.ones(len(features)) if weights is None else weights
        size = len(features.catalogue)
        shown = np.bincount(features.items, weight, minlength=size)
        clicked = np.bincount(features.items, weight * labels, minlength=size)
        mean = clicked.sum() / max(shown.sum(), 1e-300)
        rate = (clicked + self.prior * mean) / (shown + self.prior)
        return self.having(rate=rate, mean=np.array(mean))

    def score(self, features: Visits) -> SameForAll:
        """See `Recommender.score`."""
        rate = np.full(len(features.catalogue), float(self.learnt.get("mean", np.array(0.5))))
        if self.learnt:
            known = self.learnt["rate"]
            rate[: known.size] = known
        return SameForAll(rate)
