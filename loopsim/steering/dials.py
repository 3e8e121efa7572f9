"""Numbers of a policy that can be turned between rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.settings import Kind

DEFAULTS = ("policy.at", "policy.share", "policy.cases")  # a threshold, a budget


@dataclass(frozen=True)
class Dial:
    """One number, turned from its lowest value (0) to its highest (1).

    >>> Dial("policy.cases", 0, 200, whole=True, own=50).value(0.1)
    20
    """

    path: str
    low: float
    high: float
    whole: bool
    own: float

    def value(self, turned: float) -> float | int:
        """The number at a place of the dial in [0, 1]."""
        value = self.high if turned == 1.0 else self.low + turned * (self.high - self.low)
        return round(value) if self.whole else value

    @property
    def start(self) -> float:
        """Where the dial stands at the scenario's own value."""
        return (self.own - self.low) / (self.high - self.low)


def dial(policy: Kind, path: str, limits: Mapping[str, tuple[float, float]]) -> Dial:
    """The dial of one number of a policy.

    Raises
    ------
    InputError
        If the policy has no such number, or no limits are known for it, or it refuses one of them.
    """
    known = dict(numbers(policy))
    if path not in known:
        raise InputError(
            f"action = {path!r}: no number of policy {policy.kind}; {there_are(known, path)}"
        )
    schema = _schema(policy, path)
    low, high = limits.get(path, (schema.get("minimum"), schema.get("maximum")))
    if low is None or high is None:
        raise InputError(
            f"action = {path!r}: has no limits of its own; give limits={{{path!r}: (LOW, HIGH)}}"
        )
    if not low <= known[path] <= high or low == high:
        raise InputError(
            f"limits of {path} = ({low}, {high}): must hold the scenario's own {known[path]} and "
            "be two numbers"
        )
    found = Dial(path, low, high, schema.get("type") == "integer", known[path])
    for end in (0.0, 1.0):
        turned(policy, {path: found.value(end)})
    return found


def numbers(policy: Kind) -> Iterator[tuple[str, float]]:
    """(key path, value) of every number of a policy."""

    def walk(path: str, node: Any) -> Iterator[tuple[str, float]]:
        if isinstance(node, dict):
            for name, inner in node.items():
                yield from walk(f"{path}.{name}", inner)
        elif isinstance(node, int | float) and not isinstance(node, bool):
            yield path, node

    yield from walk("policy", policy.model_dump(mode="json"))


def turned(policy: Kind, values: Mapping[str, float]) -> Kind:
    """A policy's settings with other numbers, checked as those of a scenario file."""
    data = policy.model_dump(mode="json")
    for path, value in values.items():
        *parents, last = path.split(".")[1:]
        node = data
        for name in parents:
            node = node[name]
        node[last] = value
    try:
        return type(policy).model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        told = ", ".join(f"{path} = {value}" for path, value in values.items())
        raise InputError(f"{told}: {first['msg']}") from None


def _schema(policy: Kind, path: str) -> dict[str, Any]:
    """The JSON Schema of one number, empty where a mapping holds anything."""
    node: Any = type(policy).model_json_schema()
    for name in path.split(".")[1:]:
        inner = node.get("properties", {}).get(name, node.get("additionalProperties"))
        node = inner if isinstance(inner, dict) else {}
        options = [o for o in node.get("anyOf", [node]) if o.get("type") != "null"]
        node = options[0]
    return node
