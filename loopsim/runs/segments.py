"""Parquet segments: a table on disk as a row of files that appear whole or not at all.

``rounds-000000-000009.parquet`` holds all rows of those rounds and never changes. Rows that do
not yet fill a segment are readable in ``tail-000010-000014.parquet``, which goes once a segment has
them. Both names match ``*.parquet``, for DuckDB and Polars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loopsim.errors import RunFolderError
from loopsim.governance.gone import Gone
from loopsim.runs.folder import whole
from loopsim.runs.tables import Layout

if TYPE_CHECKING:
    import pandas as pd

_NAME = re.compile(r"(rounds|tail)-(\d+)-(\d+)\.parquet")


def write(
    folder: Path, table: pa.Table, layout: Layout, rounds: tuple[int, int], kind: str
) -> Path:
    """Write one file, then remove the tails whose rows it has.

    Encodings were chosen by measurement (1 M rows, 8 features): ids count up, so their differences
    take no room; few different values go into a dictionary; LZ4 costs next to nothing on noise and
    shrinks real columns by a seventh. Splitting reals into bytes or Zstandard would save little
    more for a third more time. Only rounds have statistics, for readers that skip.
    """
    path = folder / f"{kind}-{rounds[0]:06d}-{rounds[1]:06d}.parquet"
    _put(path, table, layout)
    drop_tails(folder, rounds[1], keep=path)
    return path


def _put(path: Path, table: pa.Table, layout: Layout) -> None:
    """One file, whole or not at all; the same rows give the same bytes."""
    encodings = dict.fromkeys(layout.counting, "DELTA_BINARY_PACKED")
    with whole(path) as part:
        pq.write_table(
            table,
            part,
            compression="lz4",
            use_dictionary=list(layout.dictionary),
            column_encoding=encodings,
            write_statistics=[layout.constants[0]],
            row_group_size=1 << 20,
        )


def erase(folder: Path, layout: Layout, gone: Gone) -> None:
    """Write every file that has rows of a mask anew, without them.

    A file without rows stays: it says that there were some, and a checkpoint counts on it. What is
    erased already is left as it is, so that erasing again, after a kill, comes to the same bytes.
    """
    for kind in ("tail", "rounds"):
        for _, _, path in listing(folder, kind):
            out = gone.rows(*layout.found(_open(path, list(layout.keys))))
            if out.any():
                kept = _open(path, None).filter(pa.array(~out)).combine_chunks()
                _put(path, kept, layout)


def drop_tails(folder: Path, last: int, keep: Path | None = None) -> None:
    """Remove the tails that end in round `last` or before."""
    for _, end, path in listing(folder, "tail"):
        if end <= last and path != keep:
            path.unlink(missing_ok=True)


def listing(folder: Path, kind: str = "rounds") -> list[tuple[int, int, Path]]:
    """(first round, last round, path) of the segments or tails, in order."""
    paths = folder.iterdir() if folder.is_dir() else ()
    names = [(match, path) for path in paths if (match := _NAME.fullmatch(path.name))]
    return sorted((int(m[2]), int(m[3]), path) for m, path in names if m[1] == kind)


def read(
    folder: Path, when: str, columns: Iterable[str] | None = None, rows: pc.Expression | None = None
) -> pa.Table | None:
    """All rows of a table whose round is in column `when`, in order; None if there are none.

    `rows` chooses some of them; files that have none by their statistics are skipped.
    """
    names = None if columns is None else list(columns)
    segments = listing(folder)
    tables = [_open(path, names, rows) for _, _, path in segments]
    last = segments[-1][1] if segments else -1
    tails = sorted(listing(folder, "tail"), key=lambda tail: tail[1])
    if tails and tails[-1][1] > last:
        path = tails[-1][2]
        # Rows up to `last` are in the segments already (a kill came between write and remove).
        newer = pc.field(when) > last
        tail = _open(path, None, newer if rows is None else newer & rows)
        tables.append(tail if names is None else tail.select(names))
    return pa.concat_tables(tables) if tables else None


def frame(table: pa.Table) -> pd.DataFrame:
    """The table as a DataFrame; ids stay whole numbers where some are missing."""
    import pandas as pd

    holes = any(
        table[name].null_count for name in ("prediction_id", "id") if name in table.schema.names
    )
    return table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get if holes else None)


def _open(path: Path, columns: list[str] | None, rows: pc.Expression | None = None) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns, filters=rows)
    except (pa.ArrowInvalid, OSError) as error:
        raise RunFolderError(f"{path}: cannot be read as Parquet: {error}") from error
