"""The rows that the shards logged, round by round, as the recorder first had them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from loopsim.runs import segments
from loopsim.runs.tables import Feedback, Layout, Predictions

#: What `TableLog.append` takes: rows, columns, features, and the constants of the round.
Appended = tuple[int, dict[str, Any], Any, tuple[int, ...]]


class Rounds:
    """One logged table, in the folders of several shards.

    Parameters
    ----------
    folders : list of Path
        In the order of the shards' ids.
    layout : Predictions or Feedback
    """

    def __init__(self, folders: list[Path], layout: Layout) -> None:
        self.layout, self.when = layout, layout.constants[0]
        self._parts = [_Part(folder, self.when) for folder in folders]

    def of(self, t: int) -> Iterator[Appended]:
        """The rows of round t as one block, if there are any, ordered as one process has them."""
        there = [table for part in self._parts if (table := part.of(t)) is not None]
        if not there:
            return
        table = pa.concat_tables(there).combine_chunks()
        if isinstance(self.layout, Feedback):
            yield _feedback(table, self.layout, t)
        elif isinstance(self.layout, Predictions):
            yield _predictions(table, self.layout, t)


class _Part:
    """One shard's segments; one of them is in memory at a time."""

    def __init__(self, folder: Path, when: str) -> None:
        self.when = when
        self._ahead = segments.listing(folder)
        self._table: pa.Table | None = None
        self._rounds = np.empty(0, np.int32)

    def of(self, t: int) -> pa.Table | None:
        """Its rows of round t; rounds are asked for in order."""
        while self._ahead and self._ahead[0][0] <= t:
            self._table = pq.read_table(self._ahead.pop(0)[2])
            self._rounds = self._table[self.when].to_numpy()
        first, last = np.searchsorted(self._rounds, [t, t + 1])
        if self._table is None or first == last:
            return None
        return self._table.slice(first, last - first)


def _predictions(table: pa.Table, layout: Predictions, t: int) -> Appended:
    columns: dict[str, Any] = {name: table[name].to_numpy() for name in ("id", *layout.later)}
    columns["group"] = _codes(table["group"], layout.groups or ())
    names = layout.schema.names
    features = np.empty((len(table), len(names)))
    for j, name in enumerate(names):
        column, levels = table[layout.feature(name)], layout.schema.levels.get(name)
        features[:, j] = column.to_numpy() if levels is None else _codes(column, tuple(levels))
    version = table["version"][0].as_py()
    return len(table), columns, features, (t, version)


def _feedback(table: pa.Table, layout: Feedback, t: int) -> Appended:
    columns: dict[str, Any] = {
        name: table[name].to_numpy() for name in ("prediction_id", "label", "opened")
    }
    columns["kind"] = _codes(table["kind"], layout.kinds).astype(np.int8)
    order = np.lexsort((columns["kind"], columns["opened"]))  # then by shard: the sort is stable
    return len(table), {name: c[order] for name, c in columns.items()}, None, (t,)


def _codes(column: pa.ChunkedArray, names: tuple[str, ...]) -> NDArray[np.float64]:
    """(n,) codes of a column of names, NaN where there is none."""
    coded = column.unify_dictionaries().combine_chunks()
    position = {name: float(i) for i, name in enumerate(names)}
    known = np.array([*(position[name] for name in coded.dictionary.to_pylist()), np.nan])
    return known[coded.indices.fill_null(len(known) - 1).to_numpy()]
