"""What cannot be split over shards: told by name, before anything has run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loopsim.errors import Fault, ScenarioError
from loopsim.registry import BUILT_IN, find
from loopsim.scenario import Scenario
from loopsim.settings import Kind

#: Sections of a scenario that mean the same for a split run; any other must be as it is by default.
_KNOWN = {
    "name", "description", "seed", "rounds", "environment", "loops", "model", "policy", "labels",
    "training", "oversight", "observed", "monitors", "log", "shocks",
}  # fmt: skip
_WHY = {
    "environment": "this world looks at all of its people at once",
    "policy": "it looks at all cases of a round at once",
    "oversight": "a desk is one queue for the cases of everybody",
}


def check(scenario: Scenario) -> None:
    """Raise ScenarioError for what would need to see everybody's rows in one place."""
    found = [
        Fault("scenario", None, path, value, f"cannot be split over shards: {why}")
        for path, value, why in _faults(scenario)
    ]
    if found:
        raise ScenarioError(found)


def _gates(gate: Any) -> Iterator[Kind]:
    """A gate and those inside it."""
    yield gate
    for inner in getattr(gate, "inner", dict)().values():
        yield from _gates(inner)


def _faults(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    for slot, why in _WHY.items():
        kind = getattr(scenario, slot)
        if not kind.splits:
            can = ", ".join(name for name in BUILT_IN[slot] if find(slot, name).splits)
            yield slot, kind.kind, f"{why}; those that can be: {can}"
    for gate in _gates(scenario.training.gate):
        if gate.kind in ("canary", "file"):
            yield "training.gate", gate.kind, "a candidate on trial is watched in one place"
    for i, monitor in enumerate(scenario.monitors):
        yield f"monitors.{i}", monitor.kind, "a monitor reads the log of everybody"
    for name, field in type(scenario).model_fields.items():
        value = getattr(scenario, name)
        if name not in _KNOWN and value != field.get_default(call_default_factory=True):
            yield name, "", "it is not known how its parts would be put together"
