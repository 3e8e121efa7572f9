"""Where scenarios differ, by key path."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

APART = ("name", "description", "seed")  # of these nobody asks


def flat(node: Any, path: str = "") -> dict[str, Any]:
    """Plain values by key path.

    >>> flat({"policy": {"kind": "threshold", "at": 0.5}, "shocks": []})
    {'policy.kind': 'threshold', 'policy.at': 0.5, 'shocks': []}
    """
    if not isinstance(node, dict) or not node:
        return {path: node}
    found: dict[str, Any] = {}
    for key, value in node.items():
        found |= flat(value, f"{path}.{key}" if path else str(key))
    return found


def varied(scenarios: Sequence[dict[str, Any]]) -> list[str]:
    """The key paths at which flat scenarios do not all have the same, in their order."""
    names = dict.fromkeys(name for one in scenarios for name in one)
    return [
        name
        for name in names
        if name not in APART and len({json.dumps(one.get(name)) for one in scenarios}) > 1
    ]
