"""A credit scorecard: the law of repayment for real rows.

An additive law: each feature brings points, the points are added to an intercept, and a rising
curve turns the sum into log-odds (the identity, unless calibration bent it). A number's points are
a straight line between knots (flat outside them), so that a feature that moves moves the odds; a
category has one figure a level; a missing value has its own. Anybody can read it, it is plain
JSON, and reading it runs no code.

>>> import numpy as np
>>> income = Term("income", knots=(1.0, 3.0), points=((-1.0, 1.0),), missing=(-0.5,))
>>> home = Term("home", levels=("owns", "rents"), points=((0.2, 0.0),))
>>> law = Scorecard(intercept=(2.0,), terms=(income, home))
>>> law.logodds(np.array([[2.5, 1.0], [np.nan, 0.0], [99.0, 1.0]]), np.zeros(3, np.int8))
array([2.5, 1.7, 3. ])
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """The points of one feature, in log-odds of repayment before the curve.

    Parameters
    ----------
    feature : str
    points : tuple of tuples of floats
        One row, or one row a group; each has one figure a knot or a level.
    missing : tuple of floats
        Points of a missing value, one a row of `points`; zeros when left out.
    knots : tuple of floats
        Ascending values of a number. Empty for a category.
    levels : tuple of str
        Names of a category's codes 0, 1, 2 ... Empty for a number.

    Raises
    ------
    ValueError
        If these do not fit together; the message names the feature.
    """

    feature: str
    points: tuple[tuple[float, ...], ...]
    missing: tuple[float, ...] = ()
    knots: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.missing:
            object.__setattr__(self, "missing", (0.0,) * len(self.points))
        width = len(self.levels or self.knots)
        if bool(self.levels) == bool(self.knots):
            raise self._wrong("needs either knots or levels")
        if not self.points or any(len(row) != width for row in self.points):
            raise self._wrong(f"every row of points must have {width} figures")
        if len(self.missing) != len(self.points):
            raise self._wrong(f"missing must have {len(self.points)} figures")
        figures = (*self.knots, *self.missing, *(p for row in self.points for p in row))
        if not all(math.isfinite(figure) for figure in figures):
            raise self._wrong("every figure must be finite")
        if any(low >= high for low, high in zip(self.knots, self.knots[1:], strict=False)):
            raise self._wrong("knots must ascend")

    def _wrong(self, why: str) -> ValueError:
        return ValueError(f"term {self.feature!r}: {why}")


@dataclass(frozen=True)
class Curve:
    """A rising line through the points (knots, values), with its first and last slope outside.

    >>> Curve((0.0, 1.0, 2.0), (0.0, 1.0, 1.5)).read(np.array([-1.0, 0.5, 1.5, 4.0]))
    array([-1.  ,  0.5 ,  1.25,  2.5 ])
    """

    knots: tuple[float, ...] = (0.0, 1.0)
    values: tuple[float, ...] = (0.0, 1.0)

    def __post_init__(self) -> None:
        pair = (self.knots, self.values)
        rising = all(np.all(np.diff(figures) > 0) for figures in pair)
        if len(self.knots) < 2 or len(self.knots) != len(self.values) or not rising:
            raise ValueError("the curve needs as many rising knots as rising values, two at least")
        if not all(math.isfinite(figure) for figures in pair for figure in figures):
            raise ValueError("every figure of the curve must be finite")

    def read(self, x: Floats) -> Floats:
        """The curve at each x."""
        out = np.array(x, dtype=np.float64)
        _read_curve(np.array(self.knots), np.array(self.values), out)
        return out


@dataclass(frozen=True)
class Scorecard:
    """Log-odds of repayment: an intercept and one term a feature, in the order of the features.

    Parameters
    ----------
    intercept : tuple of floats
        One, or one a group.
    terms : tuple of Term
        Their points have as many rows as there are intercepts.
    curve : Curve
        From the sum of intercept and points to log-odds.
    """

    intercept: tuple[float, ...]
    terms: tuple[Term, ...]
    curve: Curve = Curve()

    def __post_init__(self) -> None:
        if not self.terms:
            raise ValueError("a scorecard needs at least one term")
        if not self.intercept or not all(math.isfinite(value) for value in self.intercept):
            raise ValueError("a scorecard needs one finite intercept, or one a group")
        for term in self.terms:
            if len(term.points) != len(self.intercept):
                counts = f"{len(term.points)} rows of points, {len(self.intercept)} intercepts"
                raise term._wrong(counts)

    @cached_property
    def _table(self) -> tuple[Any, ...]:
        """The terms end to end: knots, points, starts, missing points, kinds."""
        widths = [len(term.levels or term.knots) for term in self.terms]
        starts = np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)
        knots = np.concatenate([term.knots or np.arange(len(term.levels)) for term in self.terms])
        points = np.concatenate([np.array(term.points) for term in self.terms], axis=1)
        missing = np.array([term.missing for term in self.terms]).T
        category = np.array([bool(term.levels) for term in self.terms])
        return knots.astype(float), points, starts, np.ascontiguousarray(missing), category

    def logodds(self, features: Floats, group: NDArray[np.int8]) -> Floats:
        """Log-odds of repayment of each row.

        Parameters
        ----------
        features : (n, d) float64 array
            One column a term; NaN is missing; a category is its code, and a code that has no level
            counts as missing.
        group : (n,) int8 array
            Read only if the points differ by group.

        Returns
        -------
        (n,) float64 array
        """
        features = np.ascontiguousarray(features, dtype=np.float64)
        if features.ndim != 2 or features.shape[1] != len(self.terms):
            raise ValueError(f"features have shape {features.shape}, not (n, {len(self.terms)})")
        out = np.empty(features.shape[0])
        group = np.ascontiguousarray(group, dtype=np.int8)
        _add_points(features, group, np.array(self.intercept), *self._table, out)
        if self.curve != Curve():
            _read_curve(np.array(self.curve.knots), np.array(self.curve.values), out)
        return out

    def points(self, features: Floats, j: int) -> Floats:
        """(n,) points that feature `j` brings each row (by the first group's figures)."""
        term = self.terms[j]
        alone = replace(term, points=term.points[:1], missing=term.missing[:1])
        column = np.ascontiguousarray(features[:, [j]])
        return Scorecard((0.0,), (alone,)).logodds(column, np.zeros(len(column), dtype=np.int8))

    def to_dict(self) -> dict[str, Any]:
        """Plain tuples and numbers, ready for JSON; `from_dict` brings back exactly this law."""
        empty: tuple[Any, ...] = ((), None)
        terms = [{k: v for k, v in asdict(term).items() if v not in empty} for term in self.terms]
        return {"intercept": self.intercept, "terms": terms, "curve": asdict(self.curve)}

    @classmethod
    def from_dict(cls, made: Mapping[str, Any]) -> Scorecard:
        """The law that `to_dict` described; ValueError says what does not fit."""
        try:
            terms = tuple(_term(term) for term in made["terms"])
            curve = Curve(_floats(made["curve"]["knots"]), _floats(made["curve"]["values"]))
            return cls(_floats(made["intercept"]), terms, curve)
        except KeyError as error:
            raise ValueError(f"the scorecard has no {error.args[0]!r}") from None
        except TypeError as error:
            raise ValueError(f"the scorecard is not as written by calibrate: {error}") from None


def _floats(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _term(made: Mapping[str, Any]) -> Term:
    return Term(
        feature=str(made["feature"]),
        points=tuple(_floats(row) for row in made["points"]),
        missing=_floats(made.get("missing", ())),
        knots=_floats(made.get("knots", ())),
        levels=tuple(str(level) for level in made.get("levels", ())),
    )


@compiled
def _add_points(
    features: Floats,
    group: NDArray[np.int8],
    intercept: Floats,
    knots: Floats,
    points: Floats,
    starts: NDArray[np.int64],
    missing: Floats,
    category: NDArray[np.bool_],
    out: Floats,
) -> None:
    """Fill `out` with each row's intercept and points, found by counting the knots below."""
    shared = intercept.size == 1
    for i in range(features.shape[0]):
        g = np.int64(0) if shared else np.int64(group[i])
        total = intercept[g]
        for j in range(features.shape[1]):
            x = features[i, j]
            low, high = starts[j], starts[j + 1] - 1
            if np.isnan(x):
                total += missing[g, j]
            elif category[j]:
                known = 0.0 <= x <= high - low
                total += points[g, low + np.int64(x)] if known else missing[g, j]
            elif x <= knots[low]:
                total += points[g, low]
            elif x >= knots[high]:
                total += points[g, high]
            else:
                left = low
                for k in range(left + 1, high):  # a count has no branch to mispredict
                    low += np.int64(knots[k] <= x)
                share = (x - knots[low]) / (knots[low + 1] - knots[low])
                total += points[g, low] + share * (points[g, low + 1] - points[g, low])
        out[i] = total


@compiled
def _read_curve(knots: Floats, values: Floats, out: Floats) -> None:
    """Replace each x in `out` by the curve at x."""
    for i in range(out.size):
        k = np.int64(0)
        for j in range(1, knots.size - 1):
            k += np.int64(knots[j] <= out[i])
        slope = (values[k + 1] - values[k]) / (knots[k + 1] - knots[k])
        out[i] = values[k] + (out[i] - knots[k]) * slope
