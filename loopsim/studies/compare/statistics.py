"""Paired differences over seeds: intervals, and p values that hold together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream

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
    from scipy import stats

    known = difference[np.isfinite(difference)]
    if known.size < 2 or not known.any():
        return 1.0
    error = float(known.std(ddof=1) / np.sqrt(known.size))
    if error == 0.0:
        return 0.0
    return float(2 * stats.t.sf(abs(known.mean()) / error, known.size - 1))


def holm(p: Floats) -> Floats:
    """p values adjusted for their number (Holm 1979): the family errs with the stated rate.

    >>> holm(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.06, 0.06])
    """
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def seeds_needed(difference: Floats) -> int | None:
    """Seeds for a t interval to clear 0 four times in five, if the difference is what it seems.

    ((1.96 + 0.84)·sd/mean)², for the intervals alone; None where that says nothing.
    """
    known = difference[np.isfinite(difference)]
    if known.size < 2 or not known.mean() or not known.std(ddof=1):
        return None
    return int(np.ceil((2.8 * known.std(ddof=1) / known.mean()) ** 2))
