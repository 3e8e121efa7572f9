"""Figures where outcomes are numbers: predictions against what happened. For both ledgers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.monitoring.metrics import gap, ratio

Floats = NDArray[np.float64]
SUMS = 6  # cases, |error|, error², error, outcome, outcome²


def sums(score: Floats, outcome: Floats, group: NDArray[np.int8], groups: int) -> Floats:
    """(groups, 6) what every figure is made of; adding those of rounds gives those of a window."""
    error = score - outcome
    parts = (np.ones(score.size), np.abs(error), error**2, error, outcome, outcome**2)
    return np.stack([np.bincount(group, part, minlength=groups) for part in parts], axis=1)


def summary(total: Floats, minimum: int = 1) -> dict[str, Floats]:
    """Figures, each (1 + groups,): everybody first; NaN where fewer than `minimum` are known.

    ``mae`` and ``rmse`` (in the outcome's unit), ``bias`` (mean of prediction less outcome),
    ``r2`` (1 − mean squared error over the outcome's variance), ``outcome`` (its mean) and
    ``variance``.
    """
    whole = np.concatenate([total.sum(axis=0, keepdims=True), total])
    n = whole[:, 0]
    means = [ratio(whole[:, j], n) for j in range(1, SUMS)]
    variance = np.maximum(means[4] - means[3] ** 2, 0.0)
    figures = {
        "mae": means[0],
        "rmse": np.sqrt(means[1]),
        "bias": means[2],
        "r2": 1.0 - ratio(means[1], variance),
        "outcome": means[3],
        "variance": variance,
    }
    for values in figures.values():
        values[n < max(minimum, 1)] = np.nan
    figures["gap.bias"] = gap(figures["bias"])
    return figures | {"labels": n}
