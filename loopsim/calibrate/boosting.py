"""The cross-check: what a machine that may bend and interact makes of the same rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.table import Table
from loopsim.draws import Draws, Stream


def boosted(table: Table, fold: NDArray[np.int64], draws: Draws) -> NDArray[np.float64]:
    """(n,) probability of repayment of each row by gradient boosting fitted without its fold.

    The folds are the law's, so that the two can be compared row by row.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    frame = table.schema.frame(table.features)
    p = np.empty(len(table))
    for k in range(int(fold.max()) + 1):
        inside = fold == k
        machine = HistGradientBoostingClassifier(
            max_iter=200,
            learning_rate=0.05,
            max_leaf_nodes=15,
            early_stopping=False,
            categorical_features="from_dtype",
            random_state=draws.integer(Stream.FIT, -1, k=k),
        )
        machine.fit(frame[~inside], table.good[~inside])
        p[inside] = machine.predict_proba(frame[inside])[:, 1]
    return p
