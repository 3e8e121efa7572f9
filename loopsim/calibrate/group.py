"""The group column, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.label import listed
from loopsim.environments.lending.rows import codes, text
from loopsim.registry import nearest

if TYPE_CHECKING:
    import pandas as pd

MOST, SMALLEST = 20, 50
MISSING = "missing"  # people whose group is not known are a group of this name
EVERYBODY = ("all",)


def groups_of(
    frame: pd.DataFrame, name: str | None, good: NDArray[np.int8] | None, faults: list[str]
) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """Names of the groups and each row's index among them; faults are added to the list."""
    nobody = np.zeros(len(frame), dtype=np.int8)
    if name is None:
        return EVERYBODY, nobody
    if name not in frame:
        near = nearest(name, frame)
        known = listed(list(frame))
        faults.append(f"group {name!r}: no such column; there are {known}. {near}".strip())
        return EVERYBODY, nobody
    column = frame[name].astype(object).where(frame[name].notna(), MISSING)
    groups = tuple(sorted({text(value) for value in column.unique()}))
    if len(groups) > MOST:
        faults.append(
            f"group {name!r}: {len(groups)} values ({listed(list(groups))}); "
            f"at most {MOST} are allowed"
        )
        return EVERYBODY, nobody
    group = codes(column, groups, f"group {name!r}").astype(np.int8)
    for g, value in enumerate(groups):
        inside = group == g
        where = f"group {name!r} = {value!r}"
        if inside.sum() < SMALLEST:
            faults.append(f"{where}: {int(inside.sum())} rows; a group needs at least {SMALLEST}")
        elif good is not None and len(np.unique(good[inside])) == 1:
            only = "good" if good[inside][0] else "bad"
            faults.append(f"{where}: only {only} rows; a group needs good and bad ones")
    return groups, group
