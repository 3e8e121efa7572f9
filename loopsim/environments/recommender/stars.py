"""How many stars a pick gets: from its true utility, or by a law that was fitted to ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from loopsim.environments.recommender.figures import logistic

Floats = NDArray[np.float64]
MOST = 5
GOOD = 4  # so many stars and more are good


def of_utility(value: Floats, z: Floats) -> NDArray[np.int64]:
    """(n,) 1 + 4·utility with an error of sd ½, rounded, 1 to 5; `z` (n,) is standard normal."""
    stars = 1.0 + 4.0 * logistic(value) + 0.5 * z
    return np.asarray(np.clip(np.rint(stars), 1, MOST).astype(np.int64))


@dataclass(frozen=True, eq=False)
class StarLaw:
    """Ordered probit (McKelvey and Zavoina 1975): 1 + the cuts that slope·value + N(0, 1) passes.

    Parameters
    ----------
    slope : float
        What a log-odds of choice counts, in sd of what else decides.
    cuts : (4,) float64, ascending
        What it takes to get 2, 3, 4 and 5 stars.

    >>> law = StarLaw(1.0, np.array([-2.0, -1.0, 0.0, 1.0]))
    >>> law(np.array([-9.0, 0.5, 9.0]), np.zeros(3)).tolist()
    [1, 4, 5]
    >>> law.shares(np.zeros(1)).round(2).tolist()
    [[0.02, 0.14, 0.34, 0.34, 0.16]]
    """

    slope: float
    cuts: Floats

    def __call__(self, value: Floats, z: Floats) -> NDArray[np.int64]:
        """(n,) stars; `z` (n,) is standard normal."""
        return np.asarray(1 + np.searchsorted(self.cuts, self.slope * value + z).astype(np.int64))

    def shares(self, value: Floats) -> Floats:
        """(n, 5) chance of each number of stars."""
        below = ndtr(self.cuts - self.slope * np.asarray(value)[:, None])
        ends: Any = np.zeros(len(below)), np.ones(len(below))
        return np.diff(np.column_stack([ends[0], below, ends[1]]), axis=1)
