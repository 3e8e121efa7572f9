"""The address of a run: a hash of all that determines what it finds."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import numpy as np

from loopsim import registry
from loopsim.engines.base import Job
from loopsim.engines.version import code_version, library
from loopsim.errors import InputError

Plain = dict[str, Any]


@dataclass(frozen=True)
class Address:
    """What a run is.

    Attributes
    ----------
    key : str
        SHA-256 of the rest, in hexadecimal: the name of its result.
    what : str
        The kind of run.
    scenario : dict
        Plain values, without the seed.
    seed : int
    rest : list
        What the run was asked beside its scenario.
    code : str
        See `loopsim.engines.version.code_version`.
    """

    key: str
    what: str
    scenario: Plain
    seed: int
    rest: list[Any]
    code: str

    @property
    def run(self) -> str:
        """Its short name, in tables."""
        return self.key[:16]

    def facts(self) -> Plain:
        """Plain values, in the order of their names."""
        return {name: getattr(self, name) for name in sorted(vars(self))}


def address(job: Job) -> Address:
    """The address of a job whose task is ``(scenario as plain values, whatever else it needs)``.

    A user's file counts by its content, not its path; a class of the user's and a plug-in's kind
    by the file that they are written in; an estimator named by import path by the version of its
    package. What those files import in turn is not looked at.

    Raises
    ------
    InputError
        If the task holds an object of which nobody can say what it is: make it a dataclass.
    """
    plain, *rest = job.task
    scenario = {key: value for key, value in plain.items() if key != "seed"}
    asked, code, seed = [canonical(part) for part in rest], code_version(), int(plain["seed"])
    work = f"{job.work.__module__}.{job.work.__qualname__}"
    outside = sorted(set(_outside(scenario, _plug_ins())))
    identity = [job.what, work, canonical(scenario), seed, asked, code, outside]
    return Address(_hash(identity), job.what, scenario, seed, asked, code)


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def canonical(value: Any) -> Any:
    """The same plain values for all that mean the same.

    >>> canonical((1, {"b": np.float64(0.5)}))
    [1, {'b': 0.5}]
    """
    if value is None or isinstance(value, bool | int | float):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str | Path):
        return _text(str(value))
    if isinstance(value, Mapping):
        return {str(key): canonical(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(part) for part in value]
    if isinstance(value, np.generic):
        return canonical(value.item())
    if isinstance(value, np.ndarray):
        return {"array": str(value.dtype), "values": value.tolist()}
    if is_dataclass(value) and not isinstance(value, type):
        return _object(value)
    raise InputError(
        f"a study cannot keep runs that were given {value!r}: nothing says what it consists of. "
        f"Make {type(value).__name__} a dataclass"
    )


def _text(text: str) -> Any:
    """A string; of a file that is there, its content."""
    if not os.path.isabs(text) or not os.path.isfile(text):
        return text
    status = os.stat(text)
    return {"file": _content(text, status.st_mtime_ns, status.st_size)}


@cache
def _content(path: str, changed: int, size: int) -> str:
    return sha256(Path(path).read_bytes()).hexdigest()


def _object(value: Any) -> Plain:
    kind = type(value)
    made = {field.name: canonical(getattr(value, field.name)) for field in fields(value)}
    return {"class": f"{kind.__module__}.{kind.__qualname__}", "code": _written(kind)} | made


def _written(kind: type) -> Any:
    """The file in which a class is written, unless it is loopsim's own."""
    if kind.__module__.partition(".")[0] == "loopsim":
        return ""
    try:
        file = inspect.getsourcefile(kind)
    except TypeError:
        file = None
    if file is None or not os.path.isfile(file):
        raise InputError(f"a study cannot keep runs of {kind.__name__}: it is written in no file")
    return _text(os.path.abspath(file))


def _plug_ins() -> dict[str, list[str]]:
    """The slots of each kind that is not loopsim's own."""
    found: dict[str, list[str]] = {}
    for slot in registry.SLOTS:
        for kind in registry.names(slot):
            if kind not in registry.BUILT_IN[slot]:
                found.setdefault(kind, []).append(slot)
    return found


def _outside(node: Any, plug_ins: dict[str, list[str]]) -> Iterator[str]:
    """What of a scenario is neither loopsim's own nor a file: plug-ins' kinds, estimators."""
    if isinstance(node, Mapping):
        kind, use = str(node.get("kind")), node.get("use")
        for slot in plug_ins.get(kind, ()):
            yield f"{slot} {kind} {_written(registry.find(slot, kind))}"
        if isinstance(use, str):
            yield from (f"{name} {library(name)}" for name in _distributions(use.split(".")[0]))
        for part in node.values():
            yield from _outside(part, plug_ins)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _outside(part, plug_ins)


@cache
def _distributions(package: str) -> tuple[str, ...]:
    return tuple(packages_distributions().get(package, ()))
