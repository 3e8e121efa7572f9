"""What a fitted recommender hands to the policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


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

    def believed(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """See `Scorer.believed`."""
        return np.clip(scores, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Factors:
    """Row · column plus a bias an item, on the scale of log-odds.

    Parameters
    ----------
    users : (n, f) float32 array
    items : (m, f) float32 array
    bias : (m,) float32 array
    """

    users: NDArray[np.float32]
    items: NDArray[np.float32]
    bias: NDArray[np.float32]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        return self.users[at] @ self.items.T + self.bias

    def believed(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """See `Scorer.believed`: 1/(1 + exp(−score))."""
        half = np.exp(-np.abs(scores.astype(np.float64)))
        return np.where(scores >= 0, 1.0, half) / (1.0 + half)
