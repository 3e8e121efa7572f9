"""Scores of every item for every visit, in blocks: users × items is never kept whole."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Scorer(Protocol):
    """What a recommender makes of one round's visits."""

    def block(self, at: slice) -> NDArray[np.float32]:
        """(visits in the slice, items) scores in any unit, finite; the higher, the better.

        The caller may overwrite the array.
        """
        ...

    def believed(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """Scores as believed probabilities of a click, in [0, 1]; never falls where scores rise."""
        ...
