"""Which rows went well: the label column, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.lending.rows import text
from loopsim.registry import nearest

if TYPE_CHECKING:
    import pandas as pd

LISTED = 8  # values shown in a message before "and n more"


def listed(values: list[str]) -> str:
    """Some values for a message, and how many more there are."""
    more = len(values) - LISTED
    return ", ".join(values[:LISTED]) + (f" and {more} more" if more > 0 else "")


def good_rows(
    frame: pd.DataFrame, label: str, bad: Any, faults: list[str]
) -> NDArray[np.int8] | None:
    """(n,) 1 where the row is not `bad`, 0 where it is; None, and a fault, if that is unclear."""
    if label not in frame:
        near = nearest(label, frame)
        known = listed(list(frame))
        faults.append(f"label {label!r}: no such column; there are {known}. {near}".strip())
        return None
    column = frame[label]
    missing = column.isna().to_numpy()
    if missing.any():
        first = int(np.flatnonzero(missing)[0]) + 1
        faults.append(
            f"label {label!r}: {int(missing.sum())} rows have no value, the first is row {first}; "
            "leave out those whose outcome is not known"
        )
    values = sorted({text(value) for value in column.dropna().unique()})
    if len(values) > 2:
        faults.append(f"label {label!r}: {len(values)} values ({listed(values)}); it must have two")
    elif len(values) == 1:
        faults.append(f"label {label!r}: every row is {values[0]!r}; a law needs good and bad rows")
    if text(bad) not in values:
        faults.append(
            f"bad = {text(bad)!r}: not a value of label {label!r}; "
            f"it has {listed(values) or 'none'}"
        )
    elif len(values) == 2 and not missing.any():
        return np.array([text(value) != text(bad) for value in column], dtype=np.int8)
    return None
