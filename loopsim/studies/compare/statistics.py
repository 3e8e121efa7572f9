"""Paired differences over seeds: intervals, and p values that hold together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.twins.statistics import p_value as paired_p

Floats = NDArray[np.float64]
RESAMPLES = 4000


def bootstrap(difference: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Percentile interval of the mean of paired differences (Efron and Tibshirani 1993).

    Seeds are resampled in pairs, with keyed draws: the same differences give the same interval.
    NaN pairs are left out; with fewer than two the interval is unknown (NaN). With few seeds it is
    somewhat short, which is why a verdict wants Student's t as well.

    >>> bootstrap(np.array([2.0, 2.0, 2.0]))
    (2.0, 2.0)
    """
    known = difference[np.isfinite(difference)]
    n = known.size
    if n < 2:
        return float("nan"), float("nan")
    u = Draws(0).uniform(Stream.WORLD, n, np.arange(RESAMPLES * n))
    means = known[(u * n).astype(np.int64)].reshape(RESAMPLES, n).mean(axis=1)
    low, high = np.quantile(means, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return float(low), float(high)


def p_value(difference: Floats) -> float:
    """Two-sided p of a paired t test of no difference; 1 where nothing is known or all are 0.

    >>> round(p_value(np.array([1.0, 2.0, 3.0])), 4)
    0.0742
    """
    p = paired_p(difference)
    return 1.0 if np.isnan(p) else p


def seeds_needed(difference: Floats) -> int | None:
    """Seeds for a t interval to clear 0 four times in five, if the difference is what it seems.

    ((1.96 + 0.84)·sd/mean)², for the intervals alone; None where that says nothing.
    """
    known = difference[np.isfinite(difference)]
    if known.size < 2 or not known.mean() or not known.std(ddof=1):
        return None
    return int(np.ceil((2.8 * known.std(ddof=1) / known.mean()) ** 2))
