"""What a run found, as the canonical bytes of one small Parquet file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from loopsim.studies.address import Address

RUN = "run"
_FACTS = b"loopsim"


@dataclass(frozen=True)
class Encoded:
    """A work whose table comes back as bytes: they are made where the run is."""

    work: Callable[[Any], pd.DataFrame]

    def __call__(self, job: tuple[Any, Address]) -> bytes:
        """Do the task of an address."""
        task, address = job
        return encode(self.work(task), address)


def encode(found: pd.DataFrame, address: Address) -> bytes:
    """The bytes of a table: the same for the same table and address, wherever they are made.

    A column ``run`` comes first, so that the files of a study are one data set; what the run was
    stands in the schema's metadata.
    """
    table = pa.Table.from_pandas(found, preserve_index=False)
    run = pa.DictionaryArray.from_arrays(pa.array([0] * len(found), pa.int32()), [address.run])
    table = table.add_column(0, RUN, run)
    facts = json.dumps(address.facts(), sort_keys=True).encode()
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _FACTS: facts})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def decode(data: bytes | Path) -> pd.DataFrame:
    """The table that was encoded."""
    return table(data).drop_columns([RUN]).to_pandas()


def table(data: bytes | Path) -> pa.Table:
    """With the column ``run``, and the metadata."""
    source = pa.BufferReader(data) if isinstance(data, bytes) else data
    # One thread: a pool of them costs more than so small a file.
    return pq.ParquetFile(source).read(use_threads=False)


def facts(read: pa.Table) -> dict[str, Any]:
    """What the run was: see `Address`."""
    return dict(json.loads(read.schema.metadata[_FACTS]))


def is_whole(path: Path) -> bool:
    """Whether a file is one that was written to its end."""
    try:
        with path.open("rb") as file:
            file.seek(-4, 2)
            return file.read() == b"PAR1"
    except OSError:
        return False
