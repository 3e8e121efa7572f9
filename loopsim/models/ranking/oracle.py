"""A control that no team could have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats
from loopsim.models.ranking.arrays import ArrayModel, Learnt
from loopsim.models.ranking.scorers import SameForAll
from loopsim.slates import Interactions, Scorer, Visits


class Oracle(ArrayModel):
    """Ranks by what each item truly is worth to each user, which the round hands to nobody else."""

    name = "oracle-slates"
    needs_truth = True

    def learn(
        self, rows: Interactions, labels: NDArray[np.int8], weights: Floats, random_state: int
    ) -> Learnt:
        """There is nothing to learn."""
        return {"nothing": np.zeros(1)}

    def scorer(self, visits: Visits) -> SameForAll:
        """Without the truth every item is alike."""
        return SameForAll(np.full(len(visits.catalogue), 0.5))

    def score_truth(self, utilities: Scorer) -> Scorer:
        """The truth, as a score of every item."""
        return utilities
