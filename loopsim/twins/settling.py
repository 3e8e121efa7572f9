"""When a difference has settled, or exploded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.twins.statistics import FEWEST, resamples

Floats = NDArray[np.float64]
GONE, GROWN = 0.1, 10.0


@dataclass(frozen=True)
class When:
    """A round, counted from the push, with its 95% bootstrap interval; infinite: not in the run."""

    round: float
    low: float
    high: float


NEVER = When(np.inf, np.inf, np.inf)


def settles(paths: Floats) -> When:
    """The first round from which on the mean difference stays below a tenth of its peak.

    Parameters
    ----------
    paths : (seeds, rounds) float64 array
        The round of the push first; it does not count.

    >>> settles(np.array([[9.0, 1.0, 0.5, 0.05, 0.02]] * 5)).round
    3.0
    """

    def first(mean: Floats) -> float:
        size = np.abs(mean[1:])
        large = np.flatnonzero(size > GONE * size.max()) if size.any() else np.array([], int)
        after = 1 if large.size == 0 else int(large[-1]) + 2
        return float(after) if after < mean.size else np.inf

    return _when(paths, first)


def explodes(paths: Floats, start: int) -> When:
    """The first round with a mean difference ten times that of the generation after the push.

    Parameters
    ----------
    start : int
        The first round of that generation.
    """

    def first(mean: Floats) -> float:
        reference = abs(mean[start])
        beyond = np.flatnonzero(np.abs(mean[start:]) >= GROWN * reference)
        return float(start + beyond[0]) if reference > 0.0 and beyond.size else np.inf

    return _when(paths, first)


def _when(paths: Floats, first: Callable[[Floats], float]) -> When:
    found = first(paths.mean(axis=0))
    if len(paths) < FEWEST:
        return When(found, np.nan, np.nan)
    drawn = sorted(first(paths[at].mean(axis=0)) for at in resamples(len(paths), 400, k=1))
    return When(found, drawn[len(drawn) // 40], drawn[-1 - len(drawn) // 40])
