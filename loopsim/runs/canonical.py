"""The same model, the same bytes: a skops file without memory addresses and the time of day."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

_SCHEMA = "schema.json"


def canonical(path: Path) -> None:
    """Rewrite a skops file in place, numbering its objects in the order of the schema.

    skops names objects and arrays by their address in memory; an object that occurs twice is
    written twice, so that the bytes depend on its value alone. Any other file is left as it is.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if _SCHEMA not in archive.namelist():
            return
        schema = json.loads(archive.read(_SCHEMA))
        numbering = _Numbering(set(archive.namelist()))
        schema = numbering.of(schema)
        contents = [(n, _unpadded(n, archive.read(old))) for n, old in numbering.files.items()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in [*contents, (_SCHEMA, json.dumps(schema, indent=2).encode())]:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


class _Numbering:
    """Counts the objects of a schema and renames the files that they are kept in."""

    def __init__(self, names: set[str]) -> None:
        self.files: dict[str, str] = {}
        self._names = names
        self._objects = 0

    def of(self, node: Any) -> Any:
        """The node with its own numbers."""
        if isinstance(node, list):
            return [self.of(part) for part in node]
        if not isinstance(node, dict):
            return node
        return {key: self._value(key, value) for key, value in node.items()}

    def _value(self, key: str, value: Any) -> Any:
        if key == "__id__":
            self._objects += 1
            return self._objects
        if key == "file" and value in self._names:
            name = f"{len(self.files):05d}{Path(value).suffix}"
            self.files[name] = value
            return name
        return self.of(value)


def _unpadded(name: str, data: bytes) -> bytes:
    """An array of records without what happened to lie in the gaps between its fields."""
    if not name.endswith(".npy"):
        return data
    array = np.load(io.BytesIO(data), allow_pickle=False)
    if array.dtype.names is None:
        return data
    clean = np.zeros(array.shape, array.dtype)  # zeros_like leaves the gaps as they are
    for field in array.dtype.names:
        clean[field] = array[field]
    out = io.BytesIO()
    np.save(out, clean, allow_pickle=False)
    return out.getvalue()
