"""What can still be checked of a scenario when some of its keys are at fault."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from loopsim.scenario_keys import Loc, spec_at


def rest(values: dict[str, Any], error: ValidationError) -> dict[str, Any] | None:
    """The values without those at fault; None where too little is left to judge the others.

    What is left has the defaults in place of what is gone. Without its world, or without the part
    that names the world's features and groups, every other name would seem wrong.

    >>> from loopsim.scenario import Scenario
    >>> values = {"name": "a", "environment": {"kind": "lending", "apply": 7}, "rounds": 0}
    >>> try:
    ...     Scenario.model_validate(values)
    ... except ValidationError as error:
    ...     rest(values, error)
    {'name': 'a', 'environment': {'kind': 'lending'}, 'rounds': 4194304}
    """
    left = deepcopy(values)
    for item in error.errors(include_url=False):
        loc = tuple(part for part in item["loc"] if part != "[key]")
        if item["type"] == "missing" or loc[-1:] == ("kind",):
            loc = loc[:-1]
        if loc[:1] == ("environment",) and spec_at(loc, values, {}).slot:
            return None
        _drop(left, loc)
        if loc == ("rounds",):
            left["rounds"] = 2**22  # no shock is too late
    left.setdefault("name", "rest")
    return left if "environment" in left and left != values else None


def _drop(node: dict[str, Any], loc: Loc) -> None:
    """Take a key out, with the whole list where it is inside one."""
    for part in loc[:-1]:
        if not isinstance(node.get(part), dict):
            node.pop(part, None)
            return
        node = node[part]
    if loc:
        node.pop(loc[-1], None)
