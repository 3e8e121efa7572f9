"""Fitting the law: a ridge scorecard, checked on rows that it has not seen, and recalibrated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.basis import Basis
from loopsim.calibrate.curve import Recalibration, recalibrate
from loopsim.calibrate.table import Table
from loopsim.draws import Draws, Stream
from loopsim.environments.lending.scorecard import Scorecard

Floats = NDArray[np.float64]
FOLDS = 5
STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)  # inverse ridge penalties that are tried


@dataclass(frozen=True)
class Fit:
    """A fitted law and what it says about rows that it was not fitted on.

    Attributes
    ----------
    law : Scorecard
        Fitted on all rows; its curve is the recalibration.
    strength : float
        Inverse of the ridge penalty that had the lowest log loss on unseen rows.
    recalibration : Recalibration
        Its `unseen` are the probabilities of each row by laws fitted, and recalibrated, without its
        fold. The ridge was chosen on the same folds: a few candidates, an optimism of about 1e-4.
    """

    law: Scorecard
    strength: float
    recalibration: Recalibration

    @property
    def unseen(self) -> Floats:
        """(n,) probability of repayment of each row by laws that have not seen it."""
        return self.recalibration.unseen


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
    recalibration = recalibrate(logodds, table.good, fold)
    weight = np.asarray(matrix.mean(axis=0)).ravel()
    points = basis.law(float(whole.intercept_[0]), whole.coef_[0], weight, groups)
    return Fit(replace(points, curve=recalibration.curve), strength, recalibration)


def _ridge(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000, tol=1e-4)


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
