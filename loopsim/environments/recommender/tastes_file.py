"""The head of tastes.npz: what can be known without reading an array (or importing NumPy).

`loopsim check` reads no more than this.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from loopsim.errors import DataError

FORMAT = "loopsim recommender tastes 1"
#: Dimensions of each array: equal letters are equal lengths.
SHAPES = {
    "users": "nf", "items": "mf", "item_bias": "m", "activity": "n", "popularity": "m",
    "user_group": "n", "item_attributes": "md", "creator": "m", "position": "k", "intercept": "",
    "groups": "g", "attributes": "d",
}  # fmt: skip
OPTIONAL = ("stars",)  # arrays that a file may lack


def shapes(path: str | Path) -> dict[str, tuple[int, ...]]:
    """The shape of each array; DataError, without the file's name, if it is none or lacks some."""
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
            text = archive.read("format.npy") if "format.npy" in names else b""
            if not _says(text):
                raise DataError(f"its format is not {FORMAT!r}; write it with loopsim calibrate")
            lacking = [name for name in SHAPES if f"{name}.npy" not in names]
            if lacking:
                raise DataError(f"it lacks {', '.join(lacking)}")
            return {name: _shape(archive, f"{name}.npy") for name in SHAPES}
    except FileNotFoundError:
        raise DataError("no such file") from None
    except (BadZipFile, OSError, ValueError, SyntaxError, struct.error, KeyError) as error:
        raise DataError(f"not an archive of tastes: {error}") from error


def _says(text: bytes) -> bool:
    """Whether an array of one string, four bytes a letter, is the format."""
    return FORMAT.encode("utf-32-le") in text or FORMAT.encode("utf-32-be") in text


def _shape(archive: ZipFile, name: str) -> tuple[int, ...]:
    """From the header of a .npy file (NEP 1): magic, version, length, a dictionary in Python."""
    with archive.open(name) as file:
        if file.read(6) != b"\x93NUMPY":
            raise ValueError(f"{name} is not an array")
        wide = file.read(2)[0] > 1
        (length,) = struct.unpack("<I" if wide else "<H", file.read(4 if wide else 2))
        return tuple(ast.literal_eval(file.read(length).decode("latin1"))["shape"])
