"""What there is to show, as a team knows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Catalogue:
    """Columns of items; an item is its row, and a row is never used again.

    Attributes
    ----------
    attributes : (m, d) float64 array
        What is known of each item: genres, a description's factors ...
    creator : (m,) int64 array
    born : (m,) int64 array
        The round in which it came.
    available : (m,) bool array
        Whether it may be shown.
    """

    attributes: NDArray[np.float64]
    creator: NDArray[np.int64]
    born: NDArray[np.int64]
    available: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.available.size)
