"""How much of the difference between runs is due to the parameters, and how much to the seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Noise:
    """Shares of the variance between single runs, and what is left in the means over seeds.

    Attributes
    ----------
    parameters : float
        Due to the parameters: the means differ.
    seeds : float
        Due to the seed, alike at every point. Paired seeds take it out of every index.
    both : float
        Due to the seed, differently at each point.
    left : float
        Share of the variance of the means over the seeds that is such noise: (both/K) of it. The
        indices are of those means, so that it is in them.
    """

    parameters: float
    seeds: float
    both: float
    left: float


def noise(values: Floats) -> Noise:
    """The two-way random-effects analysis of variance of points × seeds.

    Estimates by the method of moments (Searle, Casella and McCulloch 1992, chapter 4); one below 0
    counts as 0. All are unknown (NaN) where every run gives the same.

    Parameters
    ----------
    values : (points, seeds) array
        At least two of each.

    >>> noise(np.array([[1.0, 2.0], [3.0, 4.0]]))
    Noise(parameters=0.8, seeds=0.2, both=0.0, left=0.0)
    """
    n, k = values.shape
    if n < 2 or k < 2 or np.ptp(values) == 0.0:
        return Noise(*[float("nan")] * 4)
    mean, points, seeds = values.mean(), values.mean(axis=1), values.mean(axis=0)
    rest = values - points[:, None] - seeds + mean
    both = float((rest**2).sum() / ((n - 1) * (k - 1)))
    of_points = k * float(points.var(ddof=1))
    of_seeds = n * float(seeds.var(ddof=1))
    parts = np.array([max(of_points - both, 0.0) / k, max(of_seeds - both, 0.0) / n, both])
    left = min(both / of_points, 1.0) if of_points > 0.0 else 1.0
    parameters, alike, apart = (parts / parts.sum()).round(12).tolist()
    return Noise(parameters, alike, apart, round(left, 12))
