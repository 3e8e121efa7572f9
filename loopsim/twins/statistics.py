"""Intervals and tests for paired differences, and for ratios of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream

Floats = NDArray[np.float64]
Interval = tuple[float, float, float]

FEWEST = 5  # pairs: with fewer, resampling has too few different samples to say anything
_UNKNOWN = float("nan")
_SEED = 1 << 70  # far from the seeds of runs, so that resampling shares no draw with one


def paired_t(difference: Floats, confidence: float = 0.95) -> Interval:
    """Mean of paired differences and Student's t interval (n − 1 degrees of freedom).

    NaN pairs are left out; with fewer than two pairs the interval is unknown (NaN).

    >>> paired_t(np.array([1.0, 1.0, 1.0]))
    (1.0, 1.0, 1.0)
    """
    from scipy import stats

    known = difference[np.isfinite(difference)]
    if known.size < 2:
        mean = float(known[0]) if known.size else _UNKNOWN
        return mean, _UNKNOWN, _UNKNOWN
    mean, error = float(known.mean()), float(known.std(ddof=1) / np.sqrt(known.size))
    reach = float(stats.t.ppf(0.5 + confidence / 2, known.size - 1)) * error
    return mean, mean - reach, mean + reach


def p_value(difference: Floats) -> float:
    """Two-sided p-value of Student's paired t test that the mean difference is 0.

    >>> p_value(np.zeros(4)), p_value(np.ones(4))
    (1.0, 0.0)
    """
    from scipy import stats

    known = difference[np.isfinite(difference)]
    if known.size < 2:
        return _UNKNOWN
    mean, error = known.mean(), known.std(ddof=1) / np.sqrt(known.size)
    if error == 0.0:
        return float(mean == 0.0)
    return float(2.0 * stats.t.sf(abs(mean / error), known.size - 1))


def resamples(n: int, times: int = 2000, k: int = 0) -> NDArray[np.int64]:
    """(times, n) positions drawn with replacement from 0 .. n − 1, always the same ones."""
    uniform = Draws(_SEED).uniform(Stream.PANEL, n, np.arange(times * n), k)
    return (uniform * n).astype(np.int64).reshape(times, n)


def bootstrap_t(difference: Floats, confidence: float = 0.95, times: int = 2000) -> Interval:
    """Mean of paired differences and its studentised bootstrap interval (Efron and Tibshirani
    1993, chapter 12): Student's t without the assumption that differences are normal.

    Pairs are resampled by keyed draws, so the interval is always the same. NaN pairs are left out;
    with fewer than five pairs the interval is unknown (NaN).

    >>> bootstrap_t(np.full(6, 2.0))
    (2.0, 2.0, 2.0)
    """
    known = difference[np.isfinite(difference)]
    mean = float(known.mean()) if known.size else _UNKNOWN
    if known.size < FEWEST:
        return mean, _UNKNOWN, _UNKNOWN
    if np.ptp(known) == 0.0:
        return mean, mean, mean
    drawn = known[resamples(known.size, times)]
    errors = drawn.std(axis=1, ddof=1)
    some = errors > 0.0  # a sample of one pair alone has no error to divide by
    t = (drawn[some].mean(axis=1) - mean) / errors[some]
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(t, [tail, 1.0 - tail])
    error = known.std(ddof=1)
    return mean, float(mean - high * error), float(mean - low * error)


def holm(p: Floats) -> Floats:
    """p-values adjusted for how many there are, step down (Holm 1979); NaN stays and counts not.

    The chance that any true null falls below a level is at most that level.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    out = np.full(p.shape, np.nan)
    order = np.argsort(p)  # NaN comes last
    order = order[np.isfinite(p[order])]
    scaled = p[order] * np.arange(order.size, 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return out


def ratio(above: Floats, below: Floats, confidence: float = 0.95) -> Interval:
    """Mean(above)/mean(below) over pairs, with Fieller's (1954) interval.

    The interval holds every r for which a paired t test does not reject that above − r·below has
    mean 0. If the mean of `below` cannot be told from 0, no ratio is excluded on one side at least,
    and it is (−inf, inf).

    >>> [round(x, 3) for x in ratio(np.array([1.0, 1.1, 0.9]), np.array([2.0, 2.1, 2.0]))]
    [0.492, 0.393, 0.581]
    """
    from scipy import stats

    known = np.isfinite(above) & np.isfinite(below)
    a, b, n = above[known], below[known], int(known.sum())
    if n < 2 or b.mean() == 0.0:
        return _UNKNOWN, -np.inf, np.inf
    q = stats.t.ppf(0.5 + confidence / 2, n - 1) ** 2 / n
    scale = np.abs(b).max()
    a, b = a / scale, b / scale
    cov = np.cov(a, b, ddof=1)
    first, second = a.mean(), b.mean()
    lead = second**2 - q * cov[1, 1]
    middle = first * second - q * cov[0, 1]
    last = first**2 - q * cov[0, 0]
    if lead <= 0.0:
        return float(first / second), -np.inf, np.inf
    root = np.sqrt(max(middle**2 - lead * last, 0.0))
    return float(first / second), float((middle - root) / lead), float((middle + root) / lead)
