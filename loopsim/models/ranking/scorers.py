"""What a fitted recommender hands to the policy."""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True, eq=False)
class Counts:
    """Numbers from 0 on, made for some visits at a time.

    Parameters
    ----------
    made : callable
        (n, m) scores of the visits in a slice.

    >>> Counts(lambda at: np.arange(4.0).reshape(2, 2)[at]).believed([0.0, 1.0, 3.0]).tolist()
    [0.0, 0.5, 0.75]
    """

    made: Callable[[slice], Floats]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return self.made(at).astype(np.float32)

    def believed(self, scores: Any) -> Floats:
        """See `Scorer.believed`: towards 1 as they grow."""
        scores = np.maximum(np.asarray(scores, dtype=np.float64), 0.0)
        return np.asarray(scores / (1.0 + scores))
