"""metrics.parquet: both ledgers, one row a figure."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from loopsim.errors import RunFolderError
from loopsim.runs.folder import whole
from loopsim.series import Series


def write(path: Path, series: Series) -> None:
    """Write all rounds so far, whole or not at all."""
    table = pa.Table.from_pandas(series.frame(), preserve_index=False).replace_schema_metadata(None)
    with whole(path) as part:
        pq.write_table(table, part, compression="zstd", compression_level=1)


def read(path: Path) -> pa.Table:
    """Columns round, ledger, metric, group, value; no rows if no round has been written."""
    if not path.is_file():
        text = pa.string()
        types = {"round": pa.int32(), "ledger": text, "metric": text, "group": text}
        return pa.schema(types | {"value": pa.float64()}).empty_table()
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise RunFolderError(f"{path}: cannot be read as Parquet: {error}") from error
