"""The same model, the same bytes: a skops archive without memory addresses and the time of day."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

_SCHEMA = "schema.json"


def canonical(data: bytes) -> bytes:
    """A skops archive that depends on the value of its object alone.

    skops names objects and arrays by their address in memory. Here they are numbered in the order
    of the schema; one that occurs twice is written twice, sets are sorted, time stamps are fixed.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        numbering = _Numbering(set(old.namelist()))
        schema = numbering.of(json.loads(old.read(_SCHEMA)))
        parts = [(name, _unpadded(name, old.read(file))) for name, file in numbering.files.items()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in [*parts, (_SCHEMA, json.dumps(schema).encode())]:
            info = zipfile.ZipInfo(name)  # of 1 January 1980
            new.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return out.getvalue()


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
        if node.get("__loader__") == "SetNode":
            node = {**node, "content": sorted(node["content"], key=_value_of)}
        return {key: self._item(key, value) for key, value in node.items()}

    def _item(self, key: str, value: Any) -> Any:
        if key == "__id__" and isinstance(value, int):
            self._objects += 1
            return self._objects
        if key == "file" and isinstance(value, str) and value in self._names:
            name = f"{len(self.files):05d}{Path(value).suffix}"
            self.files[name] = value
            return name
        return self.of(value)


def _value_of(node: Any) -> str:
    """What a member of a set is, whatever its address."""
    return json.dumps({key: value for key, value in node.items() if key != "__id__"})


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
