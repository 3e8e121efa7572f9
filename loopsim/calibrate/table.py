"""A table of real people, checked: features, label, group."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.columns import features_of
from loopsim.calibrate.group import groups_of
from loopsim.calibrate.label import good_rows
from loopsim.calibrate.leak import refuse_leaks
from loopsim.calibrate.moves import Moves, refuse_moves
from loopsim.draws import Draws, Stream
from loopsim.errors import DataError
from loopsim.features import Schema

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 500


@dataclass(frozen=True)
class Table:
    """People as columns.

    Attributes
    ----------
    schema : Schema
    features : (n, d) float64 array
        NaN is missing, a category is its code.
    good : (n,) int8 array
        1 where the loan was repaid.
    group : (n,) int8 array
        Index into `groups`.
    group_column : str or None
    notes : tuple of str
        What was left out, and why.
    """

    schema: Schema
    features: NDArray[np.float64]
    good: NDArray[np.int8]
    groups: tuple[str, ...]
    group: NDArray[np.int8]
    group_column: str | None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.good)

    def some(self, draws: Draws, most: int) -> Table:
        """At most `most` rows, chosen by keyed draws."""
        if len(self) <= most:
            return self
        u = draws.uniform(Stream.FIT, -1, np.arange(len(self), dtype=np.int64), k=1)
        keep = np.sort(np.argsort(u, kind="stable")[:most])
        return replace(
            self, features=self.features[keep], good=self.good[keep], group=self.group[keep]
        )

    def frame(self) -> pd.DataFrame:
        """Features and group under their own names, without the label."""
        frame = self.schema.frame(self.features)
        if self.group_column is not None and self.group_column not in self.schema.names:
            frame[self.group_column] = np.array(self.groups, dtype=object)[self.group]
        return frame


def checked(
    frame: pd.DataFrame,
    file: str | Path,
    label: str,
    bad: Any,
    group: str | None = None,
    features: Sequence[str] | None = None,
    categories: Collection[str] = (),
    allow_leak: Collection[str] = (),
    moves: Moves | None = None,
    faults: Sequence[str] = (),
) -> Table:
    """The table that a calibration needs, or DataError with all that stands in its way.

    Parameters
    ----------
    faults : sequence of str
        What was found wrong before; raised together with the rest.
    """
    here, notes = _shape_faults(frame), list[str]()
    good = good_rows(frame, label, bad, here)
    groups, of = groups_of(frame, group, good, here)
    if group is not None and group == label:
        here.append(f"group {group!r}: it is the label")
    if features is not None and label in features:
        here.append(f"feature {label!r}: it is the label; a feature is known before the decision")
    columns = features_of(frame, features, (label, group or label), categories, here, notes)
    if good is not None:
        others = [column for column in columns if column.name != label]
        refuse_leaks(others, good, allow_leak, here)
    refuse_moves(moves or {}, columns, here)
    found = [*(f"{file}: {fault}" for fault in here), *faults]
    if found or good is None:
        raise DataError("\n".join(found))
    matrix = np.ascontiguousarray(np.column_stack([column.values for column in columns]))
    levels = {column.name: column.levels for column in columns if column.levels}
    schema = Schema(tuple(column.name for column in columns), levels)
    return Table(schema, matrix, good, groups, of, group, tuple(notes))


def _shape_faults(frame: pd.DataFrame) -> list[str]:
    faults = []
    if len(frame) < FEWEST:
        faults.append(f"{len(frame)} rows; at least {FEWEST} are needed to fit a law")
    if frame.shape[1] == 1:
        only = str(frame.columns[0])
        mark = next((m for m in (";", "\t", "|") if m in only), None)
        why = f"separated by {mark!r}: save it with commas" if mark else "there is no feature"
        faults.append(f"one column only, {only[:60]!r}; {why}")
    return faults
