"""What a fitted recommender hands to the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats
from loopsim.models.ranking.beliefs import Belief, Clipped


@dataclass(frozen=True, eq=False)
class SameForAll:
    """One score an item, whoever visits.

    Parameters
    ----------
    items : (m,) array in [0, 1]
        Believed probability of a click.
    """

    items: NDArray[Any]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return np.tile(self.items.astype(np.float32), (at.stop - at.start, 1))

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return Clipped()(scores)


@dataclass(frozen=True, eq=False)
class Factors:
    """Row · column, one matrix product a block. A bias an item is a column of ones in `users`.

    Parameters
    ----------
    users : (n, f) float32 array
    items : (m, f) float32 array
    belief : Belief
        What a score means.
    """

    users: NDArray[np.float32]
    items: NDArray[np.float32]
    belief: Belief

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return self.users[at] @ self.items.T

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return self.belief(scores)
