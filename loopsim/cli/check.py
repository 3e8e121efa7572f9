"""loopsim check: is this scenario sound?"""

from __future__ import annotations

import json

from loopsim.cli.options import Json, ScenarioFile, Set, load
from loopsim.errors import ScenarioError


def check(scenario: ScenarioFile, set: Set = [], as_json: Json = False) -> None:  # noqa: B006
    """Check a scenario without running it: all of its faults at once, or its hash."""
    try:
        checked = load(scenario, set)
    except ScenarioError as error:
        if as_json:
            print(json.dumps({"ok": False, "faults": [vars(fault) for fault in error.faults]}))
        raise
    if as_json:
        print(json.dumps({"ok": True, "name": checked.name, "hash": checked.hash}))
    else:
        print(f"{scenario}: sound ({checked.name}, hash {checked.hash[:8]})")
