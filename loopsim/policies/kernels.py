"""Compiled passes of the policies."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled

Floats = NDArray[np.float64]

BELOW, ABOVE, TIED = 0, 1, 2


@compiled
def compare(
    scores: Floats, group: NDArray[np.int8], at: Floats, tied: int, out: NDArray[np.int8]
) -> None:
    """1 where a score is above its group's threshold, 0 where below, `tied` where it is equal."""
    for i in range(scores.size):
        threshold = at[group[i]]
        # No branch that the processor could mispredict: four times as fast.
        out[i] = (scores[i] > threshold) + tied * (scores[i] == threshold)


@compiled
def logistic(
    scores: Floats, at: float, slope: float, uniform: Floats, out: NDArray[np.int8]
) -> None:
    """Yes with probability σ(slope·(score − at)); `uniform` is overwritten with the propensity."""
    for i in range(scores.size):
        # The exponent is never positive: no overflow, and full precision in both tails.
        x = math.exp(-abs(slope * (scores[i] - at)))
        small, large = x / (1.0 + x), 1.0 / (1.0 + x)
        positive = slope * (scores[i] - at) >= 0.0
        yes = uniform[i] < (large if positive else small)
        out[i] = yes
        uniform[i] = large if yes == positive else small
