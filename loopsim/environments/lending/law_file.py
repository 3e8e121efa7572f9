"""law.json and the head of the table of people: what can be read before anything is built.

`loopsim check` reads no more than this, and imports nothing for it.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from loopsim.errors import DataError
from loopsim.registry import nearest

FORMAT = "loopsim lending law 1"
EVENTS = ("repaid", "defaulted", "refused")
TABLES = (".csv", ".csv.gz", ".parquet")


def read_law(path: str | Path) -> dict[str, Any]:
    """The plain values of a law file; DataError if it is none, or not of this format."""
    try:
        made = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; `loopsim calibrate lending` writes it") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: not a law file: {error}") from error
    if not isinstance(made, dict) or made.get("format") != FORMAT:
        found = made.get("format") if isinstance(made, dict) else None
        raise DataError(f"{path}: format = {found!r}: must be {FORMAT!r}")
    return made


def law_names(path: str | Path) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    """Features, groups and the group's column (None if everybody is of one group)."""
    file = Path(path)
    changed = file.stat().st_mtime_ns if file.is_file() else 0
    return _law_names(str(path), changed)


@lru_cache(maxsize=64)
def _law_names(path: str, changed: int) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    made = read_law(path)
    try:
        features = tuple(str(feature["name"]) for feature in made["features"])
        group = made["group"]
        return features, tuple(map(str, group["groups"])), group["column"]
    except (KeyError, TypeError) as error:
        what = f"no {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
        raise DataError(f"{path}: {what}; write it anew with `loopsim calibrate`") from error


def absent_columns(path: str | Path, columns: Iterable[str]) -> list[str]:
    """What the head of a table lacks, in words; DataError if it is no table.

    Only the header of a CSV is read, and only the footer of a Parquet file, in which each column
    stands by its name.
    """
    file, ending = Path(path), Path(path).name.lower()
    if not ending.endswith(TABLES):
        raise DataError(f"{path}: not a table that can be read; allowed are {', '.join(TABLES)}")
    try:
        if ending.endswith(".parquet"):
            footer = _footer(file)
            return [f"no column {name!r}" for name in columns if name.encode() not in footer]
        there = _header(file)
    except (OSError, EOFError, ValueError, csv.Error, zlib.error) as error:
        raise DataError(f"{path}: cannot be read as a table: {error}") from error
    return [
        f"no column {name!r}. {nearest(name, there)}".strip()
        for name in columns
        if name not in there
    ]


def _header(file: Path) -> list[str]:
    opened = gzip.open if file.name.lower().endswith(".gz") else open
    with opened(file, "rt", encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines), [])


def _footer(file: Path) -> bytes:
    """The metadata at the end of a Parquet file: ... footer, its length in 4 bytes, ``PAR1``."""
    with open(file, "rb") as data:
        size = data.seek(0, 2)
        data.seek(max(size - 8, 0))
        length, mark = int.from_bytes(data.read(4), "little"), data.read(4)
        if mark != b"PAR1" or length + 8 > size:
            raise ValueError("not a Parquet file")
        data.seek(size - 8 - length)
        return data.read(length)
