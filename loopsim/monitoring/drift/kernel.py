"""Maximum mean discrepancy: all columns at once, by a kernel (Gretton et al. 2012)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from loopsim.monitoring.drift.permutations import PERMUTATIONS, labelled, tail

Floats = NDArray[np.float64]


def mmd(usual: Floats, new: Floats) -> tuple[float, float]:
    """Maximum mean discrepancy of (n, d) and (m, d) points, and its p-value; 0 is alike.

    The biased estimate: the root of ‖mean of φ(usual) − mean of φ(new)‖², with the kernel
    φ(x)·φ(y) = exp(−|x − y|²/2s²) and s the median distance of the points. The p-value comes from
    the squares of permutations of who is new, see `tail`.

    >>> x = np.linspace(0.0, 1.0, 50)[:, None]
    >>> round(mmd(x, x)[0], 6), mmd(x, x + 1.0)[1] < 1e-6
    (0.0, True)
    """
    both = np.concatenate([usual, new])
    weight = np.where(labelled(len(usual), len(new), PERMUTATIONS), 1.0 / len(new), 0.0)
    weight[0, len(usual) :] = 1.0 / len(new)
    weight[weight == 0.0] = -1.0 / len(usual)
    with _libraries().limit(limits=1, user_api="blas"):  # the same digits on any machine's threads
        squares = ((weight @ kernel(both)) * weight).sum(axis=1)
    seen = max(float(squares[0]), 0.0)
    return seen**0.5, tail(seen, squares[1:])


def kernel(points: Floats) -> Floats:
    """(n, n) Gaussian kernel of (n, d) points, as wide as their median distance."""
    squared = (points**2).sum(axis=1)
    apart = np.maximum(squared[:, None] + squared[None, :] - 2.0 * points @ points.T, 0.0)
    middle = np.median(apart[np.triu_indices(len(points), 1)])
    return np.exp(-apart / (2.0 * middle if middle > 0.0 else 1.0))


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
