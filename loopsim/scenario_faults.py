"""What is wrong with a scenario, in words that help: found, allowed, and the nearest name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from loopsim import registry
from loopsim.errors import Fault
from loopsim.settings import Settings, Slot

if TYPE_CHECKING:
    from loopsim.scenario_file import Source

_WORDS = {
    "missing": "required, and missing",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be above {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be below {lt}",
}


def explain(error: ValidationError, source: Source) -> list[Fault]:
    """Every fault of a failed validation, in the order of the file."""
    faults = [_fault(item, source) for item in error.errors(include_url=False)]
    return sorted(set(faults), key=lambda f: (f.file, f.line or 0, f.path))


def _fault(item: Any, source: Source) -> Fault:
    loc = tuple(part for part in item["loc"] if part != "[key]")
    file, line = source.locate(loc)
    path = ".".join(map(str, loc)) or "scenario"
    message, hint = _say(item, loc, source.values)
    value = "" if item["type"] == "missing" else _short(item["input"])
    return Fault(file, line, path, value, message, hint)


def _short(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return ""
    text = repr(value) if isinstance(value, str) and not value.strip() else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _say(item: Any, loc: tuple[Any, ...], values: Any) -> tuple[str, str]:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = list(_class_at(loc[:-1], values).model_fields)
        return f"no such key; allowed: {', '.join(allowed)}.", registry.nearest(loc[-1], allowed)
    if kind == "literal_error":
        expected = context["expected"].replace("'", "").replace(" or ", ", ")
        return f"must be one of {expected}.", registry.nearest(item["input"], expected.split(", "))
    if kind == "string_pattern_mismatch":
        return f"must match {context['pattern']}" + _range(loc, values), ""
    if kind in _WORDS:
        return _WORDS[kind].format(**context) + _range(loc, values), ""
    return item["msg"].removeprefix("Value error, ").replace("Input should be", "must be"), ""


def _range(loc: tuple[Any, ...], values: Any) -> str:
    """The whole allowed range and the meaning of a number, where the field states them."""
    field = _field_at(loc, values)
    if field is None:
        return ""
    limits = [
        f"{word} {_figure(getattr(m, name))}"
        for m in field.metadata
        for name, word in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))
        if getattr(m, name, None) is not None
    ]
    allowed = f" (allowed: {', '.join(limits)})" if limits else ""
    return allowed + (f": {field.description}" if field.description else "")


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _field_at(loc: tuple[Any, ...], values: Any) -> Any:
    try:
        return _class_at(loc[:-1], values).model_fields.get(loc[-1])
    except (KeyError, IndexError, TypeError, StopIteration):
        return None


def _class_at(loc: tuple[Any, ...], values: Any) -> type[Settings]:
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


def _has(values: Any, part: Any) -> bool:
    return part < len(values) if isinstance(values, list) else part in values


def _class_of(field: Any, values: Any) -> type[Settings]:
    slot = next((m for m in _markers(field) if isinstance(m, Slot)), None)
    if slot is not None and isinstance(values, dict) and "kind" in values:
        return registry.find(slot.name, values["kind"])
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
