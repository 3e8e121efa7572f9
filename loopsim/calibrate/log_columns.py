"""Columns of a log, checked: there, complete, and of the kind that is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.label import listed
from loopsim.environments.lending.rows import text
from loopsim.registry import nearest

if TYPE_CHECKING:
    import pandas as pd


def column(frame: pd.DataFrame, option: str, name: str, faults: list[str]) -> pd.Series | None:
    """A column without missing values; None, and a fault, if it is not there or has gaps."""
    if name not in frame:
        near = nearest(name, frame)
        known = listed(list(frame))
        faults.append(f"{option} {name!r}: no such column; there are {known}. {near}".strip())
        return None
    gone = frame[name].isna().to_numpy()
    if gone.any():
        faults.append(
            f"{option} {name!r}: {int(gone.sum())} rows have no value, the first is row "
            f"{int(np.flatnonzero(gone)[0]) + 1}; leave those rows out"
        )
        return None
    return frame[name]


def names(values: pd.Series) -> NDArray[Any]:
    """(n,) names as text; 1, 1.0 and "1" are one."""
    import pandas as pd

    codes, levels = pd.factorize(values)
    return np.array([text(level) for level in levels], dtype=object)[codes]


def coded(values: pd.Series) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(n,) codes in the order of first appearance, and the name of each."""
    import pandas as pd

    codes, levels = pd.factorize(names(values))
    return codes.astype(np.int64), tuple(map(str, levels))


def numbers(values: pd.Series, option: str, faults: list[str]) -> NDArray[np.float64] | None:
    """(n,) finite numbers; None, and a fault, if there are others."""
    import pandas as pd

    made = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~np.isfinite(made)
    if not bad.any():
        return np.asarray(made)
    row = int(np.flatnonzero(bad)[0])
    faults.append(
        f"{option} {values.name!r}, row {row + 1} = {text(values.iloc[row])!r}: must be a finite "
        "number"
    )
    return None


def times(values: pd.Series, option: str, faults: list[str]) -> NDArray[np.float64] | None:
    """(n,) seconds; of numbers as they are, of ISO 8601 dates since 1970."""
    import pandas as pd
    from pandas.api import types

    if types.is_numeric_dtype(values.dtype):
        return numbers(values, option, faults)
    made = pd.to_datetime(values, errors="coerce", format="ISO8601", utc=True)
    bad = made.isna().to_numpy()
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        faults.append(
            f"{option} {values.name!r}, row {row + 1} = {text(values.iloc[row])!r}: must be a "
            "number of seconds or an ISO date, such as 2018-07-25 14:03:00"
        )
        return None
    start = pd.Timestamp("1970-01-01", tz="UTC")
    return np.asarray((made - start).dt.total_seconds().to_numpy(dtype=np.float64))
