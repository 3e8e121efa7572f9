"""A folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loopsim.errors import DataError


def folder_faults(out: Path) -> list[str]:
    """Why nothing can be written to `out`: it must be new or empty, and its place writable."""
    if out.exists() and not out.is_dir():
        return [f"{out}: it is a file; name a new folder"]
    if out.is_dir() and any(out.iterdir()):
        return [f"{out}: the folder is not empty; name a new one"]
    place = next((p for p in out.absolute().parents if p.exists()), Path("/"))
    if not place.is_dir():
        return [f"{out}: {place} is a file, not a folder"]
    if not os.access(place, os.W_OK | os.X_OK):
        return [f"{out}: no permission to write in {place}"]
    return []


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[Path]:
    """A temporary folder beside `out`, renamed to it at the end; removed if anything fails."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise DataError(f"{out}: cannot be written: {error.strerror}") from error
    try:
        yield half
        half.chmod(0o755)
        os.replace(half, out)  # an empty folder of that name gives way
    except OSError as error:
        raise DataError(f"{out}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
