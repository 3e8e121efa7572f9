"""What cannot work once the parts are made: told before anything has run.

What a scenario's settings can tell by themselves is in `Scenario.faults`.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from loopsim.errors import Fault, InputError, ScenarioError
from loopsim.registry import there_are

if TYPE_CHECKING:
    from loopsim.models.base import Model
    from loopsim.scenario import Training
    from loopsim.simulation import Simulation


def check(sim: Simulation) -> None:
    """Raise InputError for what no part of this run can do with another.

    Called once all parts are made.
    """
    _check_feedback(sim.model, sim.plan.training, sim.kinds)
    found = [Fault("scenario", None, path, "", message) for path, message in _faults(sim)]
    if found:
        raise ScenarioError(found)


def _faults(sim: Simulation) -> Iterator[tuple[str, str]]:
    training = sim.plan.training
    wanted: tuple[str, ...] = getattr(training.rule, "metrics", tuple)()
    known = _metrics(sim) if wanted else ()
    for metric in wanted:
        if metric not in known:
            path = "training.rule.metric"
            yield path, f"no observed metric {metric!r}; {there_are(known, metric)}"
    yield from sim.office.faults(sim, _metrics(sim) if sim.plan.governance else ())
    if training.window.kind == "recency" and not getattr(sim.model, "takes_weights", True):
        yield "training.window", f"recency weighs rows, and model {sim.model.name} takes no weights"


def _metrics(sim: Simulation) -> tuple[str, ...]:
    """The names on the dashboard: its own, and those of the monitors (of copies: none is read)."""
    read = [deepcopy(monitor).read(0).values for monitor in sim.watch]
    return tuple(dict.fromkeys([*sim.dashboard.read(), *(name for r in read for name in r)]))


def _check_feedback(model: Model, training: Training, kinds: tuple[str, ...]) -> None:
    """Trust in feedback that there is not, or weights for a model that takes none: told at once."""
    for kind in training.trust:
        if kind not in kinds:
            raise InputError(f"training.trust.{kind}: no such feedback; {there_are(kinds, kind)}")
    alike = len(set(training.trust.values())) < 2
    asked = {
        "training.weights": training.weights != "none",
        "training.reject_inference": training.reject_inference in ("fuzzy", "reweighting"),
        "training.trust": not alike,
    }
    for path, weighs in asked.items():
        if weighs and not getattr(model, "takes_weights", True):
            raise InputError(
                f"{path}: model {model.name} takes no weights; set training.weights to none, "
                "training.reject_inference to none or hard-cutoff, and one trust for all kinds"
            )
