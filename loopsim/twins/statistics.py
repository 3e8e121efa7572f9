"""Intervals for paired differences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def paired_t(difference: Floats, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mean of paired differences and Student's t interval (n − 1 degrees of freedom).

    NaN pairs are left out; with fewer than two pairs the interval is unknown (NaN).

    >>> paired_t(np.array([1.0, 1.0, 1.0]))
    (1.0, 1.0, 1.0)
    """
    from scipy import stats

    known = difference[np.isfinite(difference)]
    if known.size < 2:
        mean = float(known[0]) if known.size else float("nan")
        return mean, float("nan"), float("nan")
    mean, error = float(known.mean()), float(known.std(ddof=1) / np.sqrt(known.size))
    reach = float(stats.t.ppf(0.5 + confidence / 2, known.size - 1)) * error
    return mean, mean - reach, mean + reach
