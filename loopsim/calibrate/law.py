"""Fitting the law: a ridge scorecard, checked on rows that it has not seen, and recalibrated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.basis import Basis
from loopsim.calibrate.table import Table
from loopsim.calibrate.yardsticks import expit
from loopsim.draws import Draws, Stream
from loopsim.environments.lending.scorecard import Scorecard

Floats = NDArray[np.float64]
FOLDS = 5
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0)  # inverse ridge penalties that are tried


@dataclass(frozen=True)
class Fit:
    """A fitted law and what it says about rows that it was not fitted on.

    Attributes
    ----------
    law : Scorecard
        Fitted on all rows, then recalibrated.
    unseen : (n,) float64 array
        Probability of repayment of each row by laws fitted, and recalibrated, without its fold. The
        ridge was chosen on the same folds: five candidates, an optimism of the order of 1e-4.
    unseen_isotonic : (n,) float64 array
        The same with an isotonic curve instead of a straight line: a check that a line is enough.
    strength : float
        Inverse of the ridge penalty that had the lowest log loss on unseen rows.
    intercept, slope : float
        The recalibration: log-odds become intercept + slope · log-odds (Platt 1999). 0 and 1 mean
        that nothing was to be corrected.
    """

    law: Scorecard
    unseen: Floats
    unseen_isotonic: Floats
    strength: float
    intercept: float
    slope: float


def folds_of(good: NDArray[np.int8], draws: Draws) -> NDArray[np.int64]:
    """(n,) fold of each row, the same share of good rows in each."""
    u = draws.uniform(Stream.FIT, -1, np.arange(len(good), dtype=np.int64))
    fold = np.empty(len(good), dtype=np.int64)
    fold[np.lexsort((u, good))] = np.arange(len(good)) % FOLDS
    return fold


def fit_law(table: Table, fold: NDArray[np.int64], by_group: bool = False) -> Fit:
    """Fit the law of a table.

    Parameters
    ----------
    table : Table
    fold : (n,) int64 array
    by_group : bool
        Whether each group has points of its own, drawn towards the common ones by the same ridge.
    """
    groups = len(table.groups) if by_group else 1
    basis = Basis.of(table.schema, table.features)
    matrix = basis.matrix(table.features, table.group, groups)
    logodds, strength = _best(matrix, table.good, fold)
    whole = _ridge(strength).fit(matrix, table.good)
    line = _platt(logodds, table.good)
    intercept, slope = float(line.intercept_[0]), float(line.coef_[0, 0])
    law = basis.law(
        intercept + slope * float(whole.intercept_[0]),
        slope * whole.coef_[0],
        np.asarray(matrix.mean(axis=0)).ravel(),
        groups,
    )
    unseen, isotonic = _recalibrated(logodds, table.good, fold)
    return Fit(law, unseen, isotonic, strength, intercept, slope)


def _ridge(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000, tol=1e-5)


def _platt(logodds: Floats, good: NDArray[np.int8]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1e6).fit(logodds[:, None], good)


def _best(matrix: Any, good: NDArray[np.int8], fold: NDArray[np.int64]) -> tuple[Floats, float]:
    """Log-odds of unseen rows at the ridge that suits them best, and that ridge."""
    best: tuple[float, Floats, float] | None = None
    for strength in STRENGTHS:
        logodds = np.empty(len(good))
        for k in range(FOLDS):
            inside = fold == k
            fitted = _ridge(strength).fit(matrix[~inside], good[~inside])
            logodds[inside] = fitted.decision_function(matrix[inside])
        loss = float(np.mean(np.logaddexp(0.0, np.where(good == 1, -logodds, logodds))))
        if best is None or loss < best[0]:
            best = (loss, logodds, strength)
    assert best is not None
    return best[1], best[2]


def _recalibrated(
    logodds: Floats, good: NDArray[np.int8], fold: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Probabilities of each fold by a line, and by an isotonic curve, fitted on the other folds."""
    from sklearn.isotonic import IsotonicRegression

    line, curve = np.empty(len(good)), np.empty(len(good))
    for k in range(FOLDS):
        inside = fold == k
        platt = _platt(logodds[~inside], good[~inside])
        line[inside] = expit(platt.decision_function(logodds[inside][:, None]))
        steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
        steps.fit(logodds[~inside], good[~inside])
        curve[inside] = steps.predict(logodds[inside])
    return line, curve
