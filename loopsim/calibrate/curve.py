"""From what a law says to how often it happens: the calibration curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.yardsticks import expit
from loopsim.environments.lending.scorecard import Curve

Floats = NDArray[np.float64]
Good = NDArray[np.int8]
BENDS = np.array([0.01, 0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.85, 0.95, 0.99])  # quantiles
FLATTEST = 0.05  # least slope: a curve that falls, or is flat, would lose the order of people


def straight(logodds: Floats, good: Good) -> Curve:
    """Intercept and slope by maximum likelihood (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e6).fit(logodds[:, None], good)
    a, b = float(line.intercept_[0]), max(float(line.coef_[0, 0]), FLATTEST)
    return Curve((0.0, 1.0), (a, a + b))


def bent(logodds: Floats, good: Good) -> Curve:
    """A line that may bend at quantiles of the log-odds, its bends held back by a ridge."""
    from sklearn.linear_model import LogisticRegression

    knots = np.unique(np.quantile(logodds, BENDS))
    if len(knots) < 3:
        return straight(logodds, good)
    hinges = np.maximum(logodds[:, None] - knots[1:-1], 0.0)
    line = LogisticRegression(C=1.0, max_iter=1000).fit(np.column_stack([logodds, hinges]), good)
    at = np.column_stack([knots, np.maximum(knots[:, None] - knots[1:-1], 0.0)])
    values = line.decision_function(at)
    steps = np.maximum(np.diff(values), FLATTEST * np.diff(knots))
    values = values[0] + np.concatenate([[0.0], np.cumsum(steps)])
    return Curve(tuple(map(float, knots)), tuple(map(float, values)))


@dataclass(frozen=True)
class Recalibration:
    """The curve that suits unseen rows best.

    Attributes
    ----------
    curve : Curve
        Fitted on all rows.
    kind : str
        ``straight`` or ``bent``.
    unseen : (n,) float64 array
        Probabilities by curves of that kind that were fitted without the row's fold.
    isotonic : (n,) float64 array
        The same by isotonic regression: the yardstick for whether the curve bends enough.
    """

    curve: Curve
    kind: str
    unseen: Floats
    isotonic: Floats


def recalibrate(logodds: Floats, good: Good, fold: NDArray[np.int64]) -> Recalibration:
    """Choose between a straight and a bent curve by the log loss on unseen rows."""
    unseen = {
        made: _crossed(logodds, good, fold, lambda x, y, made=made: made(x, y).read)
        for made in (straight, bent)
    }
    best = min(unseen, key=lambda made: _loss(unseen[made], good))
    isotonic = _crossed(logodds, good, fold, _isotonic)
    return Recalibration(
        best(logodds, good), best.__name__, expit(unseen[best]), np.clip(isotonic, 0.0, 1.0)
    )


def _crossed(
    x: Floats, good: Good, fold: NDArray[np.int64], fit: Callable[..., Callable[[Floats], Floats]]
) -> Floats:
    """What curves fitted on the other folds say of each fold."""
    out = np.empty(len(x))
    for k in range(int(fold.max()) + 1):
        inside = fold == k
        out[inside] = fit(x[~inside], good[~inside])(x[inside])
    return out


def _isotonic(x: Floats, good: Good) -> Callable[[Floats], Floats]:
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(x, good)
    return steps.predict  # type: ignore[no-any-return]


def _loss(logodds: Floats, good: Good) -> float:
    return float(np.mean(np.logaddexp(0.0, np.where(good == 1, -logodds, logodds))))
