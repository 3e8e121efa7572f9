"""Two tables side by side: column by column, or all columns at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from loopsim.monitoring.drift.distances import Distance
from loopsim.monitoring.drift.kernel import mmd
from loopsim.monitoring.sample import thinned

Floats = NDArray[np.float64]
Compare = Callable[[Floats, Floats], tuple[Floats, Floats]]
FEWEST = 30  # values on either side: with fewer nothing is said


def by_column(distance: Distance, levels: tuple[int | None, ...]) -> Compare:
    """Distances and p-values of the columns; NaN where one side has under 30 known values.

    A number that is 0 or 1 throughout (a label, a flag) is compared as a category of two levels.
    """

    def compare(usual: Floats, new: Floats) -> tuple[Floats, Floats]:
        far, p = (np.full(len(levels), np.nan) for _ in range(2))
        for j, size in enumerate(levels):
            a, b = (rows[:, j][~np.isnan(rows[:, j])] for rows in (usual, new))
            if min(a.size, b.size) >= FEWEST:
                flag = size is None and all(np.isin(x, (0.0, 1.0)).all() for x in (a, b))
                far[j], p[j] = distance(a, b, 2 if flag else size)
        return far, p

    return compare


def at_once(levels: tuple[int | None, ...], most: int) -> Compare:
    """The kernel distance of whole rows, in units of each column's usual standard deviation.

    A category is one column a level; a missing value stands at the usual mean. At most `most`
    new rows and twice as many usual ones are compared: the cost grows with the square.
    """

    def compare(usual: Floats, new: Floats) -> tuple[Floats, Floats]:
        a, b = _points(thinned(usual, 2 * most), levels), _points(thinned(new, most), levels)
        if min(len(a), len(b)) < FEWEST:
            return np.array([np.nan]), np.array([np.nan])
        known = ~np.isnan(a).all(axis=0)
        a, b = a[:, known], b[:, known]
        middle, unit = np.nanmean(a, axis=0), np.nanstd(a, axis=0)
        unit[unit == 0.0] = 1.0
        far, p = mmd(*(np.nan_to_num((rows - middle) / unit) for rows in (a, b)))
        return np.array([far]), np.array([p])

    return compare


def _points(rows: Floats, levels: tuple[int | None, ...]) -> Floats:
    columns = []
    for j, size in enumerate(levels):
        column = rows[:, [j]]
        columns.append(column if size is None else (column == np.arange(size)).astype(float))
    return np.concatenate(columns, axis=1)
