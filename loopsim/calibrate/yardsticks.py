"""How good a believed probability of repayment is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.monitoring.wilson import interval

Floats = NDArray[np.float64]
BINS = 10
Z = 1.959963984540054  # two-sided 95%


@dataclass(frozen=True)
class Yardsticks:
    """AUC (0.5 knows nothing), Brier, log loss and calibration error (0 is perfect)."""

    auc: float
    brier: float
    log_loss: float
    calibration_error: float


def measured(good: NDArray[np.int8], p: Floats) -> Yardsticks:
    """The yardsticks of (n,) probabilities `p` of `good`.

    The calibration error is the mean distance between predicted and observed share over ten bins of
    equal size, weighted by their rows.
    """
    from sklearn.metrics import log_loss, roc_auc_score

    curve = reliability(good, p)
    error = np.average(np.abs(curve.predicted - curve.observed), weights=curve.rows)
    return Yardsticks(
        auc=float(roc_auc_score(good, p)),
        brier=float(np.mean((p - good) ** 2)),
        log_loss=float(log_loss(good, np.clip(p, 1e-12, 1 - 1e-12))),
        calibration_error=float(error),
    )


@dataclass(frozen=True)
class Reliability:
    """Predicted and observed share of good rows in bins of equal size, with 95% intervals."""

    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    rows: NDArray[np.int64]


def reliability(good: NDArray[np.int8], p: Floats, bins: int = BINS) -> Reliability:
    """The reliability curve of `p`; fewer bins where there are fewer than 20 rows a bin."""
    bins = max(1, min(bins, len(p) // 20))
    parts = np.array_split(np.argsort(p, kind="stable"), bins)
    rows = np.array([len(part) for part in parts])
    observed = np.array([good[part].mean() for part in parts])
    low, high = wilson(observed, rows)
    return Reliability(np.array([p[part].mean() for part in parts]), observed, low, high, rows)


def wilson(share: Floats, rows: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The 95% interval of a share (Wilson 1927).

    >>> low, high = wilson(np.array([0.5]), np.array([100]))
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.404, 0.596)
    """
    return interval(share * rows, rows)


def expit(logodds: Floats) -> Floats:
    """Probability of log-odds, without overflow."""
    from scipy.special import expit as _expit

    return np.asarray(_expit(logodds))
