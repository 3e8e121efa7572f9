"""Fitted models on disk: skops files that execute nothing; the same bytes for the same model."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Collection, Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from loopsim.errors import RunFolderError
from loopsim.models.archive import canonical
from loopsim.models.base import CannotSave

#: Packages whose classes a saved model may hold, besides those that the scenario itself names.
TRUSTED = ("sklearn", "numpy", "scipy", "xgboost", "lightgbm")
#: What gradient boosting with categories keeps besides classes.
_HARMLESS = ("functools.partial", "sklearn.utils.validation.check_array")
_CALLS = "ConstructorFromReduceNode"  # the node of a skops file that calls what it names at once
_BINDS = "PartialNode"  # and the one that keeps a function with arguments for a later call


def packages(estimator: Any) -> frozenset[str]:
    """Top-level packages of an estimator and its parts, those of Python itself left out."""
    parts = [estimator]
    if hasattr(estimator, "get_params"):
        parts += estimator.get_params(deep=True).values()
    tops = {type(part).__module__.partition(".")[0] for part in parts}
    return frozenset(tops - sys.stdlib_module_names)


def write(fitted: Any, path: Any, trusted: Collection[str]) -> None:
    """Save with skops; CannotSave if that fails, or if `read` would refuse the file."""
    import skops.io

    try:
        data = canonical(skops.io.dumps(fitted))
    except Exception as error:
        raise CannotSave(f"{type(error).__name__}: {error}") from error
    if refused := _refused(data, trusted):
        raise CannotSave(f"it holds {', '.join(refused)}, which no later run would load")
    Path(path).write_bytes(data)


def read(path: Any, trusted: Collection[str]) -> Any:
    """What `write` saved.

    Only classes are trusted (no function, no method), only those of `TRUSTED` and `trusted`
    packages, and none of them is called with arguments from the file: their instances are made
    empty and given their attributes.

    Raises
    ------
    RunFolderError
        Naming the file, and the types that are not trusted.
    """
    import skops.io

    try:
        data = Path(path).read_bytes()
        refused = _refused(data, trusted)
        unknown = [] if refused else skops.io.get_untrusted_types(data=data)
        fitted = None if refused else skops.io.loads(data, trusted=unknown)
    except Exception as error:
        raise RunFolderError(
            f"{path}: not a saved model ({type(error).__name__}: {error})"
        ) from error
    if refused:
        raise RunFolderError(
            f"{path}: holds {', '.join(refused)}, which is not trusted; nothing was loaded"
        )
    return fitted


def _refused(data: bytes, trusted: Collection[str]) -> list[str]:
    """What a skops file names that may not be loaded."""
    import skops.io

    unknown = skops.io.get_untrusted_types(data=data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        schema = json.loads(archive.read("schema.json"))
    called, bound = set(_named(schema, _CALLS)), set(_named(schema, _BINDS))
    allowed = {*TRUSTED, *trusted}
    refused = {
        name
        for name in unknown
        if not (name in _HARMLESS or _is_class(name, allowed))
        or (name in called and name.partition(".")[0] not in trusted)
    }
    return sorted(refused | (bound - set(_HARMLESS)))


def _is_class(name: str, allowed: Collection[str]) -> bool:
    """Whether a dotted name is that of a class in one of the allowed packages."""
    module, _, attribute = name.rpartition(".")
    if name.partition(".")[0] not in allowed:
        return False
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError):
        return False
    return isinstance(found, type) and found.__module__ == module


def _named(node: Any, loader: str) -> Iterator[str]:
    """Names of what the nodes with a `loader` call, or will."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and node.get("__loader__") == loader:
        target = node["content"]["func"] if loader == _BINDS else node
        yield f"{target['__module__']}.{target['__class__']}"
    for child in children:
        yield from _named(child, loader)
