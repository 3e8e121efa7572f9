"""From an import path in a scenario to an object; only the classes of estimators are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from loopsim.errors import InputError
from loopsim.registry import nearest


def make(spec: Any, path: str) -> Any:
    """The object that ``{use: package.Class, parameters: {...}}`` describes, inner ones first."""
    if isinstance(spec, Mapping):
        if "use" in spec:
            inner = make(dict(spec.get("parameters", {})), f"{path}.parameters")
            return called(find(str(spec["use"]), f"{path}.use"), inner, f"{path}.parameters")
        return {key: make(value, f"{path}.{key}") for key, value in spec.items()}
    if isinstance(spec, list | tuple):
        made = [make(value, f"{path}.{i}") for i, value in enumerate(spec)]
        return (
            tuple(made)
            if made
            and isinstance(made[0], str)
            and len(made) > 1
            and any(not isinstance(m, str | int | float) for m in made)
            else made
        )
    return spec


def find(use: str, path: str) -> type:
    """An estimator's class by import path; InputError names the nearest one."""
    module_name, _, name = use.rpartition(".")
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise InputError(f"{path} = {use}: cannot be imported ({error})") from None
    cls = getattr(module, name, None)
    if cls is None:
        hint = nearest(name, [n for n in dir(module) if not n.startswith("_")])
        raise InputError(f"{path} = {use}: {module_name} has no {name!r}. {hint}".strip())
    if not isinstance(cls, type) or not (hasattr(cls, "fit") or hasattr(cls, "transform")):
        raise InputError(f"{path} = {use}: not the class of an estimator (it has no fit)")
    return cls


def called(cls: Any, parameters: dict[str, Any], path: str) -> Any:
    """``cls(**parameters)``; InputError says which parameter is wrong."""
    try:
        return cls(**parameters)
    except Exception as error:
        raise InputError(f"{path}: {cls.__name__} says {type(error).__name__}: {error}") from error
