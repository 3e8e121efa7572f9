"""Which columns are features, of what kind, and why the others are not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.label import listed
from loopsim.environments.lending.rows import codes, text
from loopsim.registry import nearest

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 50
_DATE = r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T]\d{1,2}:.*)?\s*"


@dataclass(frozen=True)
class Column:
    """One feature: (n,) float64 values, NaN where missing, and the levels of a category."""

    name: str
    values: NDArray[np.float64]
    levels: tuple[str, ...] = ()


class Unusable(Exception):
    """Why a column cannot be a feature; it is left out unless it was asked for."""


def features_of(
    frame: pd.DataFrame,
    features: Sequence[str] | None,
    never: Collection[str],
    categories: Collection[str],
    faults: list[str],
    notes: list[str],
) -> list[Column]:
    """The usable columns, in order.

    Parameters
    ----------
    features : sequence of str or None
        Those that must be used; None means every column that can be.
    never : collection of str
        Label and group, which are no features unless listed.
    categories : collection of str
        Columns whose values are names, even where they look like numbers.
    faults, notes : lists of str
        What was refused and what was left out is added to them.
    """
    wanted = [name for name in frame if name not in never] if features is None else list(features)
    for name in dict.fromkeys([*wanted, *categories]):
        if name not in frame:
            near = nearest(name, frame)
            known = listed(list(frame))
            faults.append(f"feature {name!r}: no such column; there are {known}. {near}".strip())
    columns = []
    for name in dict.fromkeys(name for name in wanted if name in frame):
        try:
            columns.append(_column(frame[name], name, name in categories, faults))
        except Unusable as why:
            if features is None or str(why).startswith("the same in every row"):
                notes.append(f"{name} was left out: {why}")
            else:
                faults.append(f"feature {name!r}: {why}")
    if not columns and not faults:
        faults.append("no column can be used as a feature: " + "; ".join(notes))
    return columns


def _column(values: pd.Series, name: str, category: bool, faults: list[str]) -> Column:
    from pandas.api import types

    if name == "hidden":
        raise Unusable("the name of the unobserved factor; rename the column")
    dtype = values.dtype
    if types.is_datetime64_any_dtype(dtype) or types.is_timedelta64_dtype(dtype):
        raise Unusable("dates and durations are not features; make a number of it, such as months")
    if types.is_complex_dtype(dtype):
        raise Unusable("complex numbers are not features")
    try:
        distinct = values.nunique(dropna=False)
    except TypeError:
        raise Unusable("its cells hold lists or other objects, not numbers or names") from None
    if distinct <= 1:
        raise Unusable("the same in every row")
    if types.is_numeric_dtype(dtype) and not category:
        return _number(values, name, faults)
    return _names(values, name, category, faults)


def _number(values: pd.Series, name: str, faults: list[str]) -> Column:
    made = values.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.isinf(made)
    if infinite.any():
        faults.append(
            f"feature {name!r}: {int(infinite.sum())} infinite values, the first in row "
            f"{int(np.flatnonzero(infinite)[0]) + 1}; give a number or leave the cell empty"
        )
    elif not np.isnan(made).any() and np.all(made == np.floor(made)) and _counts(made):
        raise Unusable("a different whole number in every row, in order or without gaps: an id")
    return Column(name, made)


def _counts(made: NDArray[np.float64]) -> bool:
    """Whether these are row numbers: all different, and either in order or without gaps."""
    if len(np.unique(made)) < len(made):
        return False
    steps = np.diff(made)
    return bool(np.all(steps > 0) or np.all(steps < 0) or np.ptp(made) == len(made) - 1)


def _names(values: pd.Series, name: str, category: bool, faults: list[str]) -> Column:
    import pandas as pd

    present = values.dropna()
    known = pd.to_numeric(present, errors="coerce")
    numeric = float(known.notna().mean())
    if numeric == 1.0 and not category and not isinstance(values.dtype, pd.CategoricalDtype):
        return _number(pd.to_numeric(values), name, faults)
    levels = tuple(sorted({text(value) for value in present.unique()}))
    if len(levels) > MOST_LEVELS:
        raise Unusable(_why_not(present, known, numeric, levels))
    return Column(name, codes(values, levels, f"feature {name!r}"), levels)


def _why_not(present: pd.Series, known: pd.Series, numeric: float, levels: tuple[str, ...]) -> str:
    """Why a column of many names is no category."""
    if 0.5 < numeric < 1.0:
        odd = present[known.isna()].iloc[:1]
        return (
            f"mostly numbers, but row {int(odd.index[0]) + 1} has {text(odd.iloc[0])!r}; "
            "give a number or leave the cell empty"
        )
    if present.astype(str).str.fullmatch(_DATE).mean() > 0.9:
        return "dates are not features; make a number of it, such as age in months"
    if len(levels) == len(present):
        return "a different name in every row: an id"
    return f"{len(levels)} different names; a category may have {MOST_LEVELS}"
