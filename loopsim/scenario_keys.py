"""What a key path of a scenario may hold: its settings class, its constraints and its meaning."""

from __future__ import annotations

from types import NoneType, SimpleNamespace
from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from loopsim import registry
from loopsim.settings import Settings, Slot, Words

Loc = tuple[Any, ...]

_RANGES = {
    "ge": "from {ge} up",
    "gt": "above {gt}",
    "le": "up to {le}",
    "lt": "below {lt}",
    "ge le": "from {ge} to {le}",
    "ge lt": "from {ge} to below {lt}",
    "gt le": "above {gt} and up to {le}",
    "gt lt": "above {gt} and below {lt}",
}


class Spec(NamedTuple):
    """Of one value: its type, the marks on it (limits, words, a slot) and what it means."""

    type: Any
    marks: list[Any]
    meaning: str

    def number(self, noun: str = "") -> str:
        """``closed, cut, or a number from 0 to 1``."""
        whole = self.whole
        noun = noun or ("a whole number" if whole else "a number")
        words = [word for mark in self.marks if isinstance(mark, Words) for word in mark.numbers]
        said = f"{', '.join(words)}, or " if words else ""
        return f"{said}{noun} {_limits(self.marks, whole)}".strip()

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return int in _types(self.type)

    @property
    def slot(self) -> str:
        """The slot whose kinds it takes, or nothing."""
        return next((mark.name for mark in self.marks if isinstance(mark, Slot)), "")


def spec_at(loc: Loc, values: Any, context: dict[str, Any]) -> Spec:
    """The spec of a key path; one that leads nowhere has what limits the `context` tells."""
    for end in range(len(loc), 0, -1):
        field = _field_at(loc[:end], values)
        if field is not None:
            held = field.annotation, list(field.metadata)
            for _ in loc[end:]:
                held = _inner(held[0])
            return Spec(*held, field.description or "")
    return Spec(Any, [SimpleNamespace(**context)], "")


def class_at(loc: Loc, values: Any) -> type[Settings]:
    """The settings class that a key path leads to, through kinds and lists."""
    from loopsim.scenario import Scenario

    cls: type[Settings] = Scenario
    field: Any = None
    for part in loc:
        values = values[part] if isinstance(values, dict | list) and _has(values, part) else {}
        if isinstance(part, int):
            cls = _class_of(field, values)
            continue
        field = cls.model_fields[part]
        cls = _class_of(field, values)
    return cls


def aimed(loc: Loc, values: Any) -> Loc:
    """Whose settings say what is allowed: a shock's new value is one of what it sets."""
    match loc:
        case ("shocks", index, "to", *inner):
            return (*str(values["shocks"][index].get("set")).split("."), *inner)
    return loc


def _limits(marks: list[Any], whole: bool) -> str:
    names = ("ge", "gt", "le", "lt")
    found = {n: getattr(m, n) for m in marks for n in names if getattr(m, n, None) is not None}
    if whole and "lt" in found:
        found["le"] = found.pop("lt") - 1
    figures = {name: _figure(value) for name, value in found.items()}
    return _RANGES.get(" ".join(sorted(found)), "").format(**figures)


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def _field_at(loc: Loc, values: Any) -> Any:
    try:
        return class_at(loc[:-1], values).model_fields.get(loc[-1])
    except (KeyError, IndexError, TypeError):
        return None


def _inner(annotation: Any) -> tuple[Any, list[Any]]:
    """Type and marks of what a mapping or list holds."""
    inner = [part for part in get_args(annotation) if part not in (NoneType, Ellipsis)]
    if not inner:
        return Any, []
    if getattr(annotation, "__origin__", None) not in (dict, list, tuple):
        return _inner(inner[0])
    held = inner[-1]
    marks = [
        mark
        for given in getattr(held, "__metadata__", ())
        for mark in (given.metadata if isinstance(given, FieldInfo) else [given])
    ]
    return getattr(held, "__origin__", held) if marks else held, marks


def _has(values: Any, part: Any) -> bool:
    return part < len(values) if isinstance(values, list) else part in values


def _class_of(field: Any, values: Any) -> type[Settings]:
    slot = next((m for m in _markers(field) if isinstance(m, Slot)), None)
    kind = values.get("kind") if isinstance(values, dict) else values
    if slot is not None and isinstance(kind, str):
        return registry.find(slot.name, kind)
    return next((c for c in _types(field.annotation) if issubclass(c, Settings)), Settings)


def _markers(field: Any) -> list[Any]:
    """Annotations of a field and of what it is a list or mapping of."""
    found, todo = list(field.metadata), [field.annotation]
    while todo:
        for inner in getattr(todo.pop(), "__args__", ()):
            found += list(getattr(inner, "__metadata__", ()))
            todo.append(inner)
    return found


def _types(annotation: Any) -> list[type]:
    if isinstance(annotation, type):
        return [annotation]
    return [t for inner in getattr(annotation, "__args__", ()) for t in _types(inner)]
