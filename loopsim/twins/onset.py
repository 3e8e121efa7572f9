"""When a difference begins to show: between twins, and in one series alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.twins.settling import When
from loopsim.twins.statistics import FEWEST, resamples

Floats = NDArray[np.float64]
KNOWN = 3  # seeds that a round needs, or nothing can be said of it
ROUNDING = 1e-12


@dataclass(frozen=True)
class Chart:
    """The band in which single undisturbed series lie; (rounds,) each, NaN where unknown."""

    low: Floats
    high: Floats


def begins(paired: Floats, start: int, hold: int, confidence: float) -> When:
    """The first of `hold` rounds on end with a mean paired difference that cannot be noise.

    A round's mean is beyond noise where Student's t interval, at a level at which the intervals of
    all rounds hold together (Bonferroni), leaves out 0. The interval of the round is from means of
    resampled seeds against the same margins.

    Parameters
    ----------
    paired : (seeds, rounds) float64 array
        NaN where either twin is unknown.
    start : int
        Nothing is looked for before this round.
    """
    margin = _margins(paired, 1.0 - (1.0 - confidence) / max(1, paired.shape[1] - start))

    def first(some: Floats) -> float:
        beyond = np.abs(_mean(some)) > margin
        return _run(beyond, start, hold)

    found = first(paired)
    if len(paired) < FEWEST:
        return When(found, np.nan, np.nan)
    drawn = sorted(first(paired[at]) for at in resamples(len(paired), 400, k=2))
    return When(found, drawn[len(drawn) // 40], drawn[-1 - len(drawn) // 40])


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count >= 1)


def _margins(values: Floats, confidence: float) -> Floats:
    """(rounds,) half the width of each round's t interval; infinite with too few known seeds."""
    from scipy import stats

    n, spread = _spread(values)
    reach = stats.t.ppf(0.5 + confidence / 2, np.maximum(n - 1, 1))
    margin = reach * spread / np.sqrt(np.maximum(n, 1)) + ROUNDING
    return np.where(n >= KNOWN, margin, np.inf)


def _spread(values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """(rounds,) how many seeds are known, and their standard deviation."""
    known = np.isfinite(values)
    n = known.sum(axis=0)
    squares = np.where(known, values - _mean(values), 0.0) ** 2
    return n, np.sqrt(squares.sum(axis=0) / np.maximum(n - 1, 1))


def _run(flags: NDArray[np.bool_], start: int, hold: int) -> float:
    """The first of `hold` flags on end from `start` on; infinite if there are none.

    >>> _run(np.array([True, False, True, True]), 0, 2), _run(np.array([True, False]), 0, 2)
    (2.0, inf)
    """
    count = 0
    for t in range(start, flags.size):
        count = count + 1 if flags[t] else 0
        if count == hold:
            return float(t - hold + 1)
    return np.inf


def chart(undisturbed: Floats, level: float) -> Chart:
    """In each round the interval that holds one further undisturbed value with a chance of `level`.

    Student's prediction interval: mean ± t·s·√(1 + 1/n) over seeds.
    """
    from scipy import stats

    (n, spread), mean = _spread(undisturbed), _mean(undisturbed)
    t = stats.t.ppf(0.5 + level / 2, np.maximum(n - 1, 1))
    reach = t * spread * np.sqrt(1.0 + 1.0 / np.maximum(n, 1)) + ROUNDING
    reach = np.where(n >= KNOWN, reach, np.nan)
    return Chart(mean - reach, mean + reach)


def noticed(series: Floats, undisturbed: Floats, start: int, hold: int, level: float) -> Floats:
    """(seeds,) the round in which each seed's series has been out of its chart `hold` times on end.

    A seed's chart is of the OTHER seeds' undisturbed series: its own shares its noise. A round in
    which nothing is known counts as inside.
    """
    found = np.full(len(series), np.inf)
    for i, mine in enumerate(series):
        band = chart(np.delete(undisturbed, i, axis=0), level)
        with np.errstate(invalid="ignore"):
            out = (mine < band.low) | (mine > band.high)
        found[i] = _run(out, start, hold) + hold - 1
    return found


def median(values: Floats, confidence: float = 0.95) -> tuple[float, float, float]:
    """The median and its interval from order statistics; some values may be infinite (censored).

    Conover (1999): the interval holds the median of any law with at least that confidence. With too
    few values (five at 95%) it is unknown (NaN).

    >>> median(np.array([1.0, 2.0, 3.0, 4.0, 5.0, np.inf]))
    (3.5, 1.0, inf)
    """
    from scipy import stats

    ordered = np.sort(values)
    n = ordered.size
    middle = ordered[[(n - 1) // 2, n // 2]]
    centre = float(middle.mean()) if np.isfinite(middle).all() else float(middle[-1])
    k = int(stats.binom.ppf((1.0 - confidence) / 2, n, 0.5))
    while k > 0 and 2 * stats.binom.cdf(k - 1, n, 0.5) > 1.0 - confidence:
        k -= 1
    if k == 0:
        return centre, np.nan, np.nan
    return centre, float(ordered[k - 1]), float(ordered[n - k])
