"""What a clean-up takes away: old rows, and all rows of some people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS

Ints = NDArray[np.int64]
_ENTITY = (1 << ENTITY_BITS) - 1


@dataclass(frozen=True)
class Gone:
    """The rows of cases that opened before a round, or that are about some people.

    Attributes
    ----------
    before : int
        The first round whose cases stay; 0 if none is too old.
    people : (m,) int64 array, ascending
    whose : callable
        The people of case ids.
    """

    before: int
    people: Ints
    whose: Callable[[Ints], Ints] = field(repr=False)

    def __bool__(self) -> bool:
        return self.before > 0 or self.people.size > 0

    def rows(self, opened: NDArray[np.integer], ids: Ints) -> NDArray[np.bool_]:
        """(n,) which cases are gone, by their round and id."""
        old = np.asarray(opened < self.before)
        return old | np.isin(self.whose(ids), self.people) if self.people.size else old

    def predictions(self, prediction_id: Ints) -> NDArray[np.bool_]:
        """(n,) the same by the ids of predictions."""
        return self.rows(prediction_id >> ENTITY_BITS, prediction_id & _ENTITY)
