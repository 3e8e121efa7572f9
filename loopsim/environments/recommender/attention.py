"""Attention by place: how much likelier a pick at the top is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from loopsim.environments.recommender.mechanisms import Position


def attention(position: Position, places: int) -> NDArray[np.float64]:
    """(places,) attention over that at the top.

    >>> from loopsim.environments.recommender.mechanisms import Position
    >>> attention(Position(law="geometric", rate=0.5), 3)
    array([1.  , 0.5 , 0.25])
    """
    above = np.arange(places, dtype=np.float64)
    if position.law == "rank":
        return (above + 1.0) ** -position.rate
    if position.law == "exponential":
        return np.asarray(np.exp(-position.rate * above))
    if position.law == "geometric":
        return position.rate**above
    return np.ones(places)
