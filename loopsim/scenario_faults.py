"""What is wrong with a scenario, in words that help: found, allowed, and the nearest name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from loopsim import registry
from loopsim.errors import Fault
from loopsim.scenario_keys import Spec, aimed, class_at, spec_at

if TYPE_CHECKING:
    from loopsim.scenario_file import Source

_WORDS = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "text",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "tuple_type": "a list",
    "list_type": "a list",
}
_NUMBERS = {
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "greater_than_equal": "",
    "greater_than": "",
    "less_than_equal": "",
    "less_than": "",
}


def explain(error: ValidationError, source: Source) -> list[Fault]:
    """Every fault of a failed validation, in the order of the file."""
    return in_order(_fault(item, source) for item in error.errors(include_url=False))


def in_order(faults: Any) -> list[Fault]:
    """Faults without repetitions, by file, line and key path."""
    return sorted(set(faults), key=lambda f: (f.file, f.line or 0, f.path))


def _fault(item: Any, source: Source) -> Fault:
    loc = tuple(part for part in item["loc"] if part != "[key]")
    file, line = source.locate(loc)
    message, hint = _say(item, aimed(loc, source.values), source.values)
    if item["input"] is None and item["type"] != "extra_forbidden":
        message = f"empty; {message}"
    of_key = item["type"] == "missing" or loc != item["loc"]
    value = "" if of_key else _short(item["input"])
    return Fault(file, line, ".".join(map(str, loc)) or "scenario", value, message, hint)


def _short(value: Any) -> str:
    if value is None or isinstance(value, dict | list | tuple):
        return ""
    text = repr(value) if isinstance(value, str) and not value.strip() else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _say(item: Any, loc: tuple[Any, ...], values: Any) -> tuple[str, str]:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = list(class_at(loc[:-1], values).model_fields)
        return f"no such key; allowed: {', '.join(allowed)}.", registry.nearest(loc[-1], allowed)
    if kind == "literal_error":
        expected = context["expected"].replace("'", "").replace(" or ", ", ")
        return f"must be one of {expected}.", registry.nearest(item["input"], expected.split(", "))
    spec = spec_at(loc, values, context)
    meaning = f": {spec.meaning}" if spec.meaning else ""
    if kind == "missing":
        return f"required, and missing{_needs(spec)}{meaning}", ""
    if kind == "string_pattern_mismatch":
        return f"wrong form; allowed{meaning or ': ' + context['pattern']}", ""
    if kind in _NUMBERS:
        return f"must be {spec.number(_NUMBERS[kind])}{meaning}", ""
    if kind in _WORDS:
        return f"must be {_WORDS[kind]}{meaning}", ""
    return item["msg"].removeprefix("Value error, ").replace("Input should be", "must be"), ""


def _needs(spec: Spec) -> str:
    """What a missing key needs, where its type alone says so."""
    if spec.slot:
        return f"; {registry.there_are(registry.names(spec.slot), '')}"
    return f"; must be {spec.number()}" if spec.type in (int, float) else ""
