"""Memory that is used again: fresh pages cost more than what is written into them."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray


class Recycled:
    """Room for one large matrix, made anew only while somebody still refers to the last one.

    >>> room = Recycled()
    >>> first = room.empty(3, 2)
    >>> second = room.empty(2, 2)
    >>> np.shares_memory(first, second)
    False
    >>> del second
    >>> room.empty(2, 2).shape
    (2, 2)
    """

    def __init__(self) -> None:
        self._room = np.empty((0, 0))

    def empty(self, rows: int, columns: int) -> NDArray[np.float64]:
        """(rows, columns) with arbitrary values, contiguous."""
        fits = self._room.shape[0] >= rows and self._room.shape[1] == columns
        # A view refers to its base: this attribute and the argument of the call are two references.
        if not fits or sys.getrefcount(self._room) > 2:
            self._room = np.empty((rows, columns))
        return self._room[:rows]
