"""The scorer that knows: true utilities of every item, for the control that no model can beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.recommender.figures import logistic

Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Utilities:
    """Base + taste·item in log-odds, without what clickbait promises; a `Scorer`.

    Parameters
    ----------
    users : (n, f + 1) float32 array
        Tastes, and a column of ones: one product gives all.
    items : (m, f + 1) float32 array
        Vectors, and the base of each item.
    """

    users: Singles
    items: Singles

    @classmethod
    def of(cls, tastes: Singles, vectors: Singles, base: Singles) -> Utilities:
        """From (n, f) tastes, (m, f) vectors and the (m,) base."""
        ones = np.ones((len(tastes), 1), dtype=np.float32)
        return cls(np.hstack([tastes, ones]), np.hstack([vectors, base[:, None]]))

    def block(self, at: slice) -> Singles:
        """See `Scorer.block`."""
        return np.asarray(self.users[at] @ self.items.T)

    def believed(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """See `Scorer.believed`: the chance of a pick of an honest item that stands alone."""
        return np.asarray(logistic(np.asarray(scores, dtype=np.float64)))
