"""Compiled passes of the lending world: one visit a case."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.lending.source import CELLS, REACH
from loopsim.kernels import compiled

Floats = NDArray[np.float64]


@compiled
def chances(
    logodds: Floats, hidden: Floats, strength: float, shift: Floats, group: NDArray[np.int8],
    decay: float, table: Floats, out: Floats,
) -> None:  # fmt: skip
    """P(repay): the law's log-odds, scaled and shifted, plus what nobody sees."""
    last = table.size - 2
    for i in range(out.size):
        x = logodds[i] * decay
        if strength > 0.0:
            at = (min(max(x, -REACH), REACH) + REACH) * CELLS
            j = min(int(at), last)
            x = table[j] + (at - j) * (table[j + 1] - table[j]) + strength * hidden[i]
        out[i] = 1.0 / (1.0 + np.exp(-(x + shift[group[i]])))


@compiled
def asked(group: NDArray[np.int8], action: NDArray[np.int8], counts: NDArray[np.int64]) -> None:
    """Add each case to counts[group, action]."""
    for i in range(group.size):
        counts[group[i], action[i]] += 1


@compiled
def applies(
    uniform: Floats, chance: Floats, group: NDArray[np.int8], present: NDArray[np.bool_],
    out: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Who asks: those still there whose uniform is below their group's chance."""
    for i in range(out.size):
        out[i] = present[i] and uniform[i] < chance[group[i]]


@compiled
def answers(uniform: Floats, probability: Floats, good: NDArray[np.int8]) -> None:
    """Whether each would repay: the same uniform whatever was decided."""
    for i in range(good.size):
        good[i] = np.int8(uniform[i] < probability[i])


@compiled
def moved(
    rows: NDArray[np.int64], action: NDArray[np.int8], good: NDArray[np.int8],
    moves: Floats, columns: NDArray[np.int64], low: Floats, high: Floats, features: Floats,
) -> None:  # fmt: skip
    """Move some columns of `rows` by moves[0 refused, 1 defaulted, 2 repaid], within the limits."""
    for i in range(rows.size):
        event = 0 if action[i] == 0 else 1 + good[i]
        row = rows[i]
        for k in range(columns.size):
            j = columns[k]
            features[row, j] = min(max(features[row, j] + moves[event, j], low[j]), high[j])
