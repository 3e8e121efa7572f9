"""Dirichlet shares from uniforms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream

Floats = NDArray[np.float64]


def dirichlet(alpha: Floats, draws: Draws, t: int, ids: NDArray[np.int64], k: int) -> Floats:
    """(n, d) Dirichlet shares with parameters `alpha` > 0, keyed by ids.

    Shares of Gamma(α) variates, each drawn as Gamma(α + 1)·U^(1/α) (Stuart 1962) and in logarithms,
    so that a tiny α does not underflow. Uses the repeats k .. k + 2d − 1 of ``Stream.WORLD``.
    """
    from scipy.special import gammaincinv

    n, d = ids.size, alpha.shape[1]
    logs = np.empty((n, d))
    for g in range(d):
        u, v = (draws.uniform(Stream.WORLD, t, ids, k=k + 2 * g + i) for i in (0, 1))
        logs[:, g] = np.log(gammaincinv(alpha[:, g] + 1.0, u)) + np.log(v) / alpha[:, g]
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
