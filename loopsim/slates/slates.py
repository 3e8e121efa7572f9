"""What each visit is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases

SLOTS = 64  # the longest slate; an impression's id is its visitor's times this, plus its place


@dataclass(frozen=True)
class Slates:
    """A decision of the form "these k, in this order".

    Attributes
    ----------
    items : (n, k) int64 array
        Catalogue rows, best place first; no item twice in a row.
    scores : (n, k) float64 array in [0, 1]
        Their scores, as believed probabilities of a click.
    propensities : (n, k) float64 array in (0, 1]
        Probability, given the scores and the places above, that the item is in this place.
    """

    items: NDArray[np.int64]
    scores: NDArray[np.float64]
    propensities: NDArray[np.float64]

    def impressions(self, visits: Cases) -> Cases:
        """One case an item shown, slate by slate; each was answered with "show it"."""
        n, k = self.items.shape
        place = np.tile(np.arange(k), n)
        return Cases(
            visits.round,
            np.repeat(visits.rows, k),
            np.repeat(visits.ids * SLOTS, k) + place,
            np.repeat(visits.group, k),
            features=np.column_stack([np.repeat(visits.ids, k), self.items.ravel(), place]) * 1.0,
            version=visits.version,
            scores=self.scores.ravel(),
            actions=np.ones(n * k, dtype=np.int8),
            propensities=self.propensities.ravel(),
            item=self.items.ravel(),
            pool=visits.features.catalogue.available.copy(),
            slots=k,
        )
