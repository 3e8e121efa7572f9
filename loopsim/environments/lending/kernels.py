"""Compiled passes of the lending world: one visit a case."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled

Floats = NDArray[np.float64]


@compiled
def chances(
    logodds: Floats, hidden: Floats, strength: float, shift: Floats, group: NDArray[np.int8],
    decay: float, marginal: Floats, conditional: Floats, out: Floats,
) -> None:  # fmt: skip
    """P(repay): the law's log-odds, scaled and shifted, plus what nobody sees."""
    bottom, top = marginal[0], marginal[-1]
    last = marginal.size - 1
    for i in range(out.size):
        x = logodds[i] * decay
        if strength > 0.0:
            x = min(max(x, bottom), top)
            j = min(np.searchsorted(marginal, x, side="right"), last)
            part = (x - marginal[j - 1]) / (marginal[j] - marginal[j - 1])
            x = conditional[j - 1] + part * (conditional[j] - conditional[j - 1])
            x += strength * hidden[i]
        out[i] = 1.0 / (1.0 + np.exp(-(x + shift[group[i]])))


@compiled
def answers(
    uniform: Floats, probability: Floats, good: NDArray[np.int8]
) -> None:
    """Whether each would repay: the same uniform whatever was decided."""
    for i in range(good.size):
        good[i] = np.int8(uniform[i] < probability[i])


@compiled
def moved(
    rows: NDArray[np.int64], action: NDArray[np.int8], good: NDArray[np.int8],
    moves: Floats, low: Floats, high: Floats, features: Floats,
) -> None:  # fmt: skip
    """Move the features of `rows` by moves[0 refused, 1 defaulted, 2 repaid], within the limits."""
    for i in range(rows.size):
        event = 0 if action[i] == 0 else 1 + good[i]
        row = rows[i]
        for j in range(features.shape[1]):
            step = moves[event, j]
            if step != 0.0:
                features[row, j] = min(max(features[row, j] + step, low[j]), high[j])
