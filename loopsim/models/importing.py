"""From an import path in a scenario to an object.

A scenario may come from somebody else, so only installed packages are imported, only classes that
look like an estimator or a part of one are called, and nothing of Python's own library is either.
"""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.errors import InputError
from loopsim.registry import nearest

if TYPE_CHECKING:
    from loopsim.settings import OwnCode

#: What makes a class a part that an estimator may be built of.
_PARTS = ("fit", "transform", "split", "get_params")


def make(spec: Any, path: str) -> Any:
    """The object that ``{use: package.Class, parameters: {...}}`` describes, inner ones first.

    A list such as ``[name, {use: ...}, columns]``, a step of a Pipeline, becomes a tuple.
    """
    if isinstance(spec, Mapping) and "use" in spec:
        if unknown := set(spec) - {"use", "parameters"}:
            raise InputError(f"{path}: beside use there is only parameters, no {min(unknown)!r}")
        made = find(str(spec["use"]), f"{path}.use")
        parameters = spec.get("parameters") or {}
        if isinstance(made, np.ufunc) and not parameters:
            return made
        inner = {k: make(v, f"{path}.parameters.{k}") for k, v in parameters.items()}
        return called(made, inner, f"{path}.parameters")
    if isinstance(spec, Mapping):
        return {key: make(value, f"{path}.{key}") for key, value in spec.items()}
    if isinstance(spec, list | tuple):
        made = [make(value, f"{path}.{i}") for i, value in enumerate(spec)]
        return tuple(made) if _is_step(spec) else made
    return spec


def _is_step(spec: Any) -> bool:
    """Whether a list is a named step: ``[name, {use: ...}]``, perhaps with columns."""
    if len(spec) < 2 or not isinstance(spec[0], str):
        return False
    return isinstance(spec[1], Mapping) or (len(spec) == 3 and spec[1] in ("drop", "passthrough"))


def estimator(use: str, parameters: Mapping[str, Any], path: str) -> Any:
    """An unfitted estimator; that its class can fit and predict is checked before it is made."""
    cls = find(use, f"{path}.use")
    able = hasattr(cls, "predict_proba") or hasattr(cls, "predict")
    if not (hasattr(cls, "fit") and able):
        raise InputError(
            f"{path}.use = {use}: a model needs fit, and predict_proba or predict; it is a part of "
            "one (a Pipeline's step, say)"
        )
    return make({"use": use, "parameters": dict(parameters)}, path)


def find(use: str, path: str) -> Any:
    """A class (or a NumPy ufunc) by import path; InputError names the nearest one."""
    module_name, _, name = use.rpartition(".")
    if use.partition(".")[0] in sys.stdlib_module_names:
        raise InputError(f"{path} = {use}: not the class of an estimator (it is Python's own)")
    module = _module(module_name, f"{path} = {use}")
    found = getattr(module, name, None)
    if found is None:
        hint = nearest(name, [n for n in dir(module) if not n.startswith("_")])
        raise InputError(f"{path} = {use}: {module_name} has no {name!r}. {hint}".strip())
    if isinstance(found, np.ufunc):
        return found
    home = getattr(found, "__module__", "")
    part = any(hasattr(found, what) for what in _PARTS) or home.startswith("sklearn.")
    if not (isinstance(found, type) and part):
        raise InputError(f"{path} = {use}: not the class of an estimator (it has no fit)")
    return found


def _module(name: str, where: str) -> Any:
    """Import a module of an installed package, after looking at every step of the way to it."""
    parts = name.split(".")
    if not _installed(parts[0]):
        hint = nearest(parts[0], [m.name for m in pkgutil.iter_modules()])
        raise InputError(
            f"{where}: no package {parts[0]!r} is installed; for a class in a file of yours, use "
            f"kind: file. {hint}".strip()
        )
    try:
        for i in range(1, len(parts)):
            parent = import_module(".".join(parts[:i]))
            below = [m.name for m in pkgutil.iter_modules(getattr(parent, "__path__", []))]
            if parts[i] not in below and find_spec(".".join(parts[: i + 1])) is None:
                hint = nearest(parts[i], below)
                raise InputError(f"{where}: {parent.__name__} has no module {parts[i]!r}. {hint}")
        return import_module(name)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{where}: cannot be imported ({type(error).__name__}: {error})") from None


def _installed(package: str) -> bool:
    """Whether a package was installed, rather than lying about where Python happens to look."""
    spec = find_spec(package)
    if spec is None:
        return False
    places = [spec.origin or "", *(spec.submodule_search_locations or [])]
    if any("site-packages" in place or "dist-packages" in place for place in places):
        return True
    return package in packages_distributions()


def own(settings: OwnCode) -> Any:
    """An unfitted object of the user's own class; InputError if it is none, or refuses these."""
    cls = settings.found()
    if not isinstance(cls, type):
        raise InputError(
            f"model.name = {settings.name}: {settings.path} has it, but it is no class"
        )
    return called(cls, make(settings.parameters, "model.parameters"), "model.parameters")


def called(cls: Any, parameters: dict[str, Any], path: str) -> Any:
    """``cls(**parameters)``; InputError says which parameter is wrong, before any fit."""
    _check_names(cls, parameters, path)
    ranges = getattr(cls, "_parameter_constraints", {})
    for name, value in parameters.items():  # YAML has no tuples, and some parameters must be one
        allowed = ranges.get(name, []) if isinstance(ranges, dict) else []
        if isinstance(value, list) and tuple in allowed and list not in allowed:
            parameters[name] = tuple(value)
    try:
        made = cls(**parameters)
        for check in (
            "_validate_params",
            "_validate_steps",
        ):  # scikit-learn checks at fit: too late
            if cls.__module__.startswith("sklearn.") and hasattr(made, check):
                getattr(made, check)()
    except Exception as error:
        raise InputError(f"{path}: {cls.__name__} says {type(error).__name__}: {error}") from error
    return made


def _check_names(cls: Any, parameters: Mapping[str, Any], path: str) -> None:
    """Refuse a parameter that the class lacks; where it takes any, one that looks misspelt."""
    known, takes_any = _parameters(cls)
    for name in parameters:
        hint = nearest(name, known)
        if name in known or (takes_any and not hint):
            continue
        allowed = f"it has {', '.join(known)}" if len(known) <= 12 else ""
        raise InputError(f"{path}.{name}: {cls.__name__} has no such parameter. {allowed or hint}")


def _parameters(cls: type) -> tuple[list[str], bool]:
    """Names of a class's parameters, and whether it takes others as well."""
    kinds = {name: p.kind for base in cls.__mro__ for name, p in _signature(base)}
    loose = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    own = dict(_signature(cls))
    takes_any = not own or any(p.kind is loose[0] for p in own.values())
    names = kinds if takes_any else {name: p.kind for name, p in own.items()}
    return [name for name, kind in names.items() if kind not in loose], takes_any


def _signature(cls: type) -> Iterator[tuple[str, inspect.Parameter]]:
    init = cls.__dict__.get("__init__")
    if init is None:
        init = next((b.__dict__["__init__"] for b in cls.__mro__ if "__init__" in b.__dict__), None)
    try:
        named = list(inspect.signature(init).parameters.items()) if init else []
    except (TypeError, ValueError):
        return iter(())
    return iter([(name, p) for name, p in named if name != "self"])
