"""Which group each user is in, from a table of users or from the log itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.group import EVERYBODY, groups_of
from loopsim.calibrate.log_columns import column, names
from loopsim.calibrate.recommender.log import Log

if TYPE_CHECKING:
    import pandas as pd


def groups_by_user(
    frame: pd.DataFrame, table: pd.DataFrame | None, log: Log, user: str, group: str | None,
    file: str | Path, faults: list[str],
) -> tuple[tuple[str, ...], NDArray[np.int8]]:  # fmt: skip
    """Names of the groups, and (users,) the index of each user's; faults are added to the list.

    Users whom the table does not have are a group named missing; in a log the first row counts.
    """
    nobody = np.zeros(len(log.users), dtype=np.int8)
    here: list[str] = []
    source = frame if table is None else table
    key = column(source, "user", user, here) if group is not None else None
    if group is not None and key is not None:
        rows = source.set_index(names(key))
        twice = rows.index.duplicated()
        if table is not None and twice.any():
            here.append(f"user {rows.index[twice][0]!r}: in two rows; a user has one")
        rows = rows[~twice]
        if not rows.index.isin(list(log.users)).any():
            here.append("none of the log's users is in it")
        if not here:
            rows = rows.drop(columns=[n for n in rows if n != group])
            found = groups_of(rows.reindex(list(log.users)), group, None, here)
    faults += [f"{file}: {fault}" for fault in here]
    return found if group is not None and not here else (EVERYBODY, nobody)
