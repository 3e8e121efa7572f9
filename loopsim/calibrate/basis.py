"""The columns that a scorecard is fitted on, and the way back from coefficients to points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from loopsim.environments.lending.scorecard import Scorecard, Term
from loopsim.features import Schema

Floats = NDArray[np.float64]

KNOTS = 14  # over the middle of a number's values; a value many rows share gets a knot of its own
EDGE = 0.002  # share of rows beyond the first and the last knot
OWN = 0.3  # how easily a group's points leave the common ones: its columns are this much smaller
RARE = 50  # levels with fewer rows share their points


def knots_of(values: Floats) -> tuple[float, ...]:
    """Where the line of a number may bend: quantiles, and each value that many rows share.

    >>> knots_of(np.repeat([0.0, 1.0, 5.0], [900, 60, 40]))
    (0.0, 1.0, 5.0)
    """
    values = values[~np.isnan(values)]
    distinct, rows = np.unique(values, return_counts=True)
    common = distinct[rows > len(values) / KNOTS]
    rest = values[~np.isin(values, common)]
    shares = np.concatenate([[EDGE], np.arange(1, KNOTS - 1) / (KNOTS - 1), [1 - EDGE]])
    quantiles = np.quantile(rest, shares, method="nearest") if len(rest) else rest
    return tuple(float(k) for k in np.unique(np.concatenate([common, quantiles])))


@dataclass(frozen=True)
class Block:
    """The columns of one feature: hats between knots, or one a level; and one for missing.

    A hat is 1 at its own knot and falls in a straight line to 0 at its neighbours: its coefficient
    is the points at that knot.
    """

    feature: str
    knots: tuple[float, ...]
    levels: tuple[str, ...]
    column: tuple[int, ...]  # of each knot or level; rare levels share one
    missing: bool

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(self.column) + 1 + self.missing

    def matrix(self, values: Floats) -> sparse.csr_array:
        """(n, width) sparse matrix."""
        column = np.array(self.column)
        here = np.flatnonzero(~np.isnan(values))
        x = values[here]
        if self.levels:
            row, col, weight = here, column[x.astype(np.int64)], np.ones(len(here))
        else:
            place = np.interp(x, self.knots, np.arange(len(self.knots)))
            low = np.minimum(place.astype(np.int64), max(len(self.knots) - 2, 0))
            high = np.minimum(low + 1, len(self.knots) - 1)
            share = place - low
            row, col = np.concatenate([here, here]), column[np.concatenate([low, high])]
            weight = np.concatenate([1 - share, share])
        if self.missing:
            gone = np.flatnonzero(np.isnan(values))
            row = np.concatenate([row, gone])
            col = np.concatenate([col, np.full(len(gone), self.width - 1)])
            weight = np.concatenate([weight, np.ones(len(gone))])
        return sparse.csr_array((weight, (row, col)), shape=(len(values), self.width))

    def term(self, coefficients: Floats, weight: Floats) -> Term:
        """The points that (groups, width) coefficients stand for.

        `weight` (width,) is the mean of each column: a feature that was never missing gives a
        missing value its average points.
        """
        points = coefficients[:, list(self.column)]
        known = coefficients[:, : max(self.column) + 1]
        average = known @ weight[: known.shape[1]] / max(weight[: known.shape[1]].sum(), 1e-12)
        missing = coefficients[:, -1] if self.missing else average
        return Term(
            self.feature,
            points=tuple(tuple(map(float, row)) for row in points),
            missing=tuple(map(float, missing)),
            knots=self.knots,
            levels=self.levels,
        )


@dataclass(frozen=True)
class Basis:
    """The blocks of all features, in order."""

    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, schema: Schema, features: Floats) -> Basis:
        """Knots and shared levels, chosen from the rows."""
        return cls(tuple(_block(schema, j, features[:, j]) for j in range(len(schema))))

    def matrix(self, features: Floats, group: NDArray[np.int8], groups: int = 1) -> Any:
        """(n, width) sparse matrix; with several groups, the same again for each group's part."""
        base = sparse.hstack(
            [block.matrix(features[:, j]) for j, block in enumerate(self.blocks)], format="csr"
        )
        if groups == 1:
            return base
        whole = sparse.hstack([base, np.ones((len(group), 1))], format="csr")
        own = [sparse.diags_array(OWN * (group == g)) @ whole for g in range(groups)]
        return sparse.hstack([base, *own], format="csr")

    def law(
        self, intercept: float, coefficients: Floats, weight: Floats, groups: int = 1
    ) -> Scorecard:
        """The scorecard of a fitted intercept and coefficients of `matrix`."""
        width = sum(block.width for block in self.blocks)
        points = np.tile(coefficients[:width], (groups, 1))
        intercepts = np.full(groups, intercept)
        if groups > 1:
            own = OWN * coefficients[width:].reshape(groups, width + 1)
            points, intercepts = points + own[:, :-1], intercepts + own[:, -1]
        ends = np.cumsum([block.width for block in self.blocks])
        terms = tuple(
            block.term(points[:, end - block.width : end], weight[end - block.width : end])
            for block, end in zip(self.blocks, ends, strict=True)
        )
        return Scorecard(tuple(float(value) for value in intercepts), terms)


def _block(schema: Schema, j: int, values: Floats) -> Block:
    name = schema.names[j]
    levels = schema.levels.get(name, ())
    missing = bool(np.isnan(values).any())
    if not levels:
        knots = knots_of(values)
        return Block(name, knots, (), tuple(range(len(knots))), missing)
    rows = np.bincount(values[~np.isnan(values)].astype(np.int64), minlength=len(levels))
    rare = rows < RARE
    column = np.cumsum(~rare) - 1
    column[rare] = (~rare).sum()
    return Block(name, (), tuple(levels), tuple(int(c) for c in column), missing)
