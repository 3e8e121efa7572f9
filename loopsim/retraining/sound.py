"""What cannot work of a scenario's rule, gate and window: told before anything has run."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from loopsim.errors import Fault, ScenarioError
from loopsim.registry import there_are

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


def check(sim: Simulation) -> None:
    """Raise ScenarioError with all faults."""
    found = [Fault("scenario", None, path, "", message) for path, message in _faults(sim)]
    if found:
        raise ScenarioError(found)


def _faults(sim: Simulation) -> Iterator[tuple[str, str]]:
    training = sim.plan.training
    for name in ("rule", "gate", "window"):
        for path, message in getattr(training, name).faults(sim.plan):
            yield f"training.{name}.{path}".rstrip("."), message
    wanted: tuple[str, ...] = getattr(training.rule, "metrics", tuple)()
    known = _metrics(sim) if wanted else ()
    for metric in wanted:
        if metric not in known:
            path = "training.rule.metric"
            yield path, f"no observed metric {metric!r}; {there_are(known, metric)}"
    if training.window.kind == "recency" and not getattr(sim.model, "takes_weights", True):
        yield "training.window", f"recency weighs rows, and model {sim.model.name} takes no weights"


def _metrics(sim: Simulation) -> tuple[str, ...]:
    """The names on the dashboard: its own, and those of the monitors (of copies: none is read)."""
    read = [deepcopy(monitor).read(0).values for monitor in sim.watch]
    return tuple(dict.fromkeys([*sim.dashboard.read(), *(name for r in read for name in r)]))
