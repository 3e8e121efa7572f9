"""Wilson's interval for a share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def interval(hits: Any, tries: Any, level: float = 0.95) -> tuple[Floats, Floats]:
    """Low and high end of a share's two-sided interval (Wilson 1927); NaN without tries.

    >>> low, high = interval(8, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.49, 0.943)
    """
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2.0))
    n = np.asarray(tries, dtype=float)
    n = np.where(n > 0, n, np.nan)
    share = np.asarray(hits, dtype=float) / n
    middle = (share + z**2 / (2.0 * n)) / (1.0 + z**2 / n)
    half = z / (1.0 + z**2 / n) * np.sqrt(share * (1.0 - share) / n + z**2 / (4.0 * n**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
