"""Subgroups as numbers: a level of one column, or of each of two."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.monitoring.sample import matrix
from loopsim.registry import there_are

Ints = NDArray[np.int64]
_MOST = 1023  # levels of a column; further ones count as one


class Cells:
    """The subgroups that some columns make.

    Numbers are cut at the quartiles of the first rows that they are shown; a missing value is a
    level of its own.

    Parameters
    ----------
    schema : Schema
    columns : tuple of str
        Names of features, or ``group``; empty for the group and all features.
    pairs : bool
        Whether also every pair of columns makes subgroups.

    Raises
    ------
    InputError
        For a column that there is not.
    """

    def __init__(self, schema: Schema, columns: tuple[str, ...], pairs: bool) -> None:
        known = ("group", *schema.names)
        for column in columns:
            if column not in known:
                raise InputError(
                    f"monitor columns: no column {column!r}; {there_are(known, column)}"
                )
        self.schema, self.columns = schema, columns or known
        self.sets: list[tuple[int, ...]] = [(i,) for i in range(len(self.columns))]
        if pairs:
            self.sets += list(combinations(range(len(self.columns)), 2))
        self.cuts = np.full((len(self.columns), 3), np.nan)

    @property
    def cut(self) -> bool:
        """Whether the numbers have been cut."""
        return not self._numbers or not np.isnan(self.cuts[self._numbers]).all()

    @property
    def _numbers(self) -> list[int]:
        levels = self.schema.levels
        return [i for i, c in enumerate(self.columns) if c != "group" and c not in levels]

    def refer(self, features: NDArray[np.float64]) -> None:
        """Cut the numbers, once."""
        if self.cut:
            return
        for i in self._numbers:
            values = features[:, self.schema.index(self.columns[i])]
            values = values[~np.isnan(values)]
            if values.size:
                self.cuts[i] = np.quantile(values, [0.25, 0.5, 0.75])

    def codes(self, cases: Cases, at: Ints) -> NDArray[np.int16]:
        """(n, columns) level of each case at these positions."""
        features = matrix(cases)
        out = np.zeros((at.size, len(self.columns)), dtype=np.int16)
        for i, column in enumerate(self.columns):
            if column == "group":
                out[:, i] = cases.group[at]
            elif features is not None:
                out[:, i] = self._levels(i, features[at, self.schema.index(column)])
        return np.minimum(out, _MOST)

    def _levels(self, i: int, values: NDArray[np.float64]) -> NDArray[np.int64]:
        names = self.schema.levels.get(self.columns[i])
        if names is None:
            level, missing = np.searchsorted(self.cuts[i], values, side="left"), 4
        else:
            missing = len(names)
            level = np.where(np.isnan(values), missing, values).astype(np.int64)
        return np.where(np.isnan(values), missing, level)

    def of(self, codes: NDArray[np.int16]) -> Ints:
        """(n · sets,) numbers of the subgroups of each case, set after set."""
        wide = codes.astype(np.int64)
        out = [
            (np.int64(k) << 20) + (wide[:, pair[0]] << 10) + wide[:, pair[-1]]
            for k, pair in enumerate(self.sets)
        ]
        return np.concatenate(out)

    def name(self, cell: int) -> str:
        """What a subgroup is called."""
        pair = self.sets[cell >> 20]
        levels = ((cell >> 10) & _MOST, cell & _MOST)
        return " and ".join(self._called(i, level) for i, level in zip(pair, levels, strict=False))

    def _called(self, i: int, level: int) -> str:
        column = self.columns[i]
        if column == "group":
            return f"group {level}"
        names = self.schema.levels.get(column)
        if level == (4 if names is None else len(names)):
            return f"{column} missing"
        if names is not None:
            return f"{column} {names[level]}"
        cuts = [f"{value:.4g}" for value in self.cuts[i]]
        spans = (f"up to {cuts[0]}", *(f"{a} to {b}" for a, b in pairwise(cuts)))
        return f"{column} {(*spans, f'above {cuts[-1]}')[level]}"
