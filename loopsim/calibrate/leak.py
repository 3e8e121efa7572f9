"""Features that give the label away: known only afterwards, or the label by another name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.columns import Column

LEAK = 0.995  # area under the curve of one feature alone


def refuse_leaks(
    columns: Sequence[Column], good: NDArray[np.int8], allowed: Collection[str], faults: list[str]
) -> None:
    """Add a fault for each feature that alone nearly tells good rows from bad."""
    for column in columns:
        auc = single_auc(column, good)
        if auc > LEAK and column.name not in allowed:
            faults.append(
                f"feature {column.name!r}: alone it has AUC {auc:.3f} (over {LEAK}): the label by "
                f"another name, or known only afterwards; leave it out, or allow it with "
                f"--allow-leak {column.name} (in Python allow_leak)"
            )


def single_auc(column: Column, good: NDArray[np.int8]) -> float:
    """Area under the ROC curve of one feature, the better way round.

    A category's levels are ranked by their share of good rows. Where values are missing, the better
    of the values that are there and of the missing itself.
    """
    from sklearn.metrics import roc_auc_score

    missing = ~np.isfinite(column.values)
    values = column.values[~missing]
    inside = good[~missing]
    if column.levels:
        level = values.astype(np.int64)
        size = np.maximum(np.bincount(level), 1)
        values = (np.bincount(level, weights=inside) / size)[level]
    aucs = [0.5]
    if 0 < inside.sum() < len(inside) and len(inside) > 0.5 * len(good):
        aucs.append(float(roc_auc_score(inside, values)))
    if missing.any() and not missing.all():
        aucs.append(float(roc_auc_score(good, missing)))
    return max(max(auc, 1 - auc) for auc in aucs)
