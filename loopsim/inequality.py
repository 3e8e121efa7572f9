"""How evenly things are spread. Both ledgers use these definitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gini(values: NDArray[np.generic]) -> float:
    """Gini coefficient of non-negative values: 0 all alike, towards 1 one has everything.

    Σᵢ (2i − n − 1)·xᵢ / (n·Σx) over ascending values (Dorfman 1979); NaN if there is nothing.

    >>> gini(np.array([1, 1, 1, 1])), gini(np.array([0, 0, 0, 8]))
    (0.0, 0.75)
    """
    x = np.sort(np.asarray(values, dtype=float))
    n, total = x.size, x.sum()
    if n == 0 or total <= 0.0:
        return float("nan")
    return float(((2.0 * np.arange(1, n + 1) - n - 1.0) * x).sum() / (n * total))


def reached(values: NDArray[np.generic]) -> float:
    """Share of things that were shown at all; NaN if there is nothing."""
    return float((np.asarray(values) > 0).mean()) if np.size(values) else float("nan")
