"""The candidates that a re-ranking policy chooses from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError
from loopsim.policies.ranking.part import Floats, Ints, Part
from loopsim.policies.ranking.ranking import Ranking
from loopsim.slates import Visits


@dataclass(frozen=True)
class Reranking(Ranking):
    """Puts the best candidates into another order; a subclass says how in `places`.

    Parameters
    ----------
    trade : float in [0, 1]
        What the second aim weighs; relevance weighs the rest.
    candidates : int
        Items of the highest scores that are looked at; at least k.
    """

    trade: float = 0.5
    candidates: int = 100

    def check(self, visits: Visits) -> None:
        """InputError where nothing, or something that is no number, is known of the items."""
        if not np.isfinite(visits.catalogue.attributes).all():
            raise InputError(
                f"policy.kind = {self.name}: it compares the items' attributes, and some are NaN "
                "or infinite; the world must fill them in"
            )
        if visits.catalogue.attributes.shape[1] == 0:
            raise InputError(
                f"policy.kind = {self.name}: it compares the items' attributes, and this world's "
                "catalogue has none; choose top-k, softmax or exposure-floor"
            )

    def order(self, part: Part) -> Ints:
        """See `Ranking.order`."""
        width = min(max(self.candidates, self.k), part.scores.shape[1])
        items = part.best(width, self.k)
        attributes = part.visits.catalogue.attributes[items]
        places = self.places(part, relevance(part.values(items), items >= 0), attributes)
        return np.take_along_axis(items, places, axis=1)

    def places(self, part: Part, worth: Floats, attributes: Floats) -> Ints:
        """(b, k) places among the candidates: (b, c) relevances and (b, c, d) attributes."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it re-ranks")


def relevance(scores: NDArray[np.float32], real: NDArray[np.bool_]) -> Floats:
    """(b, c) scores stretched to 0 .. 1 within each row, whatever their unit; −inf for no item.

    >>> relevance(np.array([[5, 4, 3, 9]], np.float32), np.array([[True, True, True, False]]))
    array([[ 1. ,  0.5,  0. , -inf]])
    """
    values = scores.astype(np.float64)
    low = np.where(real, values, np.inf).min(axis=1, keepdims=True)
    high = np.where(real, values, -np.inf).max(axis=1, keepdims=True)
    span = np.where(high > low, high - low, 1.0)
    return np.where(real, (values - low) / span, -np.inf)
