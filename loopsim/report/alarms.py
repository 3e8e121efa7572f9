"""The alarms of a run in words: when a change was noticed, what it had cost, what was false."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from loopsim.monitoring.detection import Detection, detections, false_alarms, harmed

if TYPE_CHECKING:
    import pandas as pd

    from loopsim.runs import Run
    from loopsim.scenario import Scenario


def of(run: Run) -> list[dict[str, str]]:
    """One row a monitor: ``monitor``, ``noticed``, ``false``; none without monitors or rounds."""
    if not run.scenario.monitors or run.metrics().empty:
        return []
    return rows(run.events().to_dict("records"), run.scenario, run.metrics())


def rows(
    events: Iterable[Mapping[str, Any]], scenario: Scenario, metrics: pd.DataFrame
) -> list[dict[str, str]]:
    """What `of` says, from the parts of a run."""
    events = list(events)
    found = detections(events, scenario, metrics)
    metric = harmed(metrics)
    return [
        {
            "monitor": false.monitor,
            "noticed": "; ".join(_noticed(d, metric) for d in found if d.monitor == false.monitor)
            or "nothing happened",
            "false": _false(false.alarms, false.rounds, false.per_hundred),
        }
        for false in false_alarms(events, scenario)
    ]


def _noticed(one: Detection, metric: str) -> str:
    """A change and what became of it."""
    harm = "" if math.isnan(one.harm) else f", {metric} lost by then {one.harm:.3g}"
    if one.noticed is None:
        return f"{one.change} (round {one.at}): not noticed{harm.replace(' by then', '')}"
    rounds = "1 round" if one.delay == 1 else f"{one.delay:.0f} rounds"
    return f"{one.change} (round {one.at}): after {rounds}{harm}"


def _false(count: int, rounds: int, per_hundred: float) -> str:
    if not rounds:
        return "no quiet rounds"
    return f"{count} in {rounds} quiet rounds, {per_hundred:.1f} a hundred"
