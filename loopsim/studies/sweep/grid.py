"""Points of parameters: every combination of their values, or the values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from loopsim.errors import InputError


def points(values: Mapping[str, Sequence[Any]], listed: bool = False) -> list[dict[str, Any]]:
    """The points, the last parameter running fastest.

    >>> points({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 1, 'b': 4}, {'a': 2, 'b': 3}, {'a': 2, 'b': 4}]
    >>> points({"a": [1, 2], "b": [3, 4]}, listed=True)
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    if not values:
        raise InputError("nothing to sweep: give a parameter its values, policy.explore=0,0.05,0.1")
    for name, each in values.items():
        if isinstance(each, str) or not isinstance(each, Sequence) or not len(each):
            raise InputError(f"{name} = {each!r}: must be a list of values")
    lengths = {name: len(each) for name, each in values.items()}
    if listed and len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise InputError(f"listed values go side by side, so there must be as many: {told}")
    rows = zip(*values.values(), strict=True) if listed else product(*values.values())
    found = [dict(zip(values, row, strict=True)) for row in rows]
    for i, point in enumerate(found):
        if point in found[:i]:
            raise InputError(f"{told_point(point)}: this point is asked for twice")
    return found


def told_point(point: Mapping[str, Any]) -> str:
    """A point as a reader names it.

    >>> told_point({"policy.explore": 0.05, "policy.kind": "threshold"})
    'policy.explore = 0.05, policy.kind = threshold'
    """
    return ", ".join(f"{name} = {plain(value)}" for name, value in point.items())


def plain(value: Any) -> str:
    """A value of a parameter, shortly.

    >>> plain(0.1 + 0.2), plain([1, 2]), plain(True)
    ('0.3', '[1, 2]', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else str(value)
