"""What is read after every round, to see what became of a push."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.scenario import Scenario
from loopsim.simulation import Simulation
from loopsim.twins.attribution import split
from loopsim.twins.cut import metrics_of
from loopsim.twins.pushes.base import Perturbation


@dataclass(frozen=True)
class Follow:
    """What is read after every round: a metric, or what the push itself says (``""``)."""

    metric: str
    group: str
    traced: str = "what was pushed"

    @property
    def label(self) -> str:
        """As a reader names it."""
        return f"{self.metric or self.traced} ({self.group})"

    def read(self, sim: Simulation, push: Perturbation) -> float:
        """Its value in the round just completed."""
        if not self.metric:
            return float(push.trace(sim))  # type: ignore[attr-defined]
        ledger, name = split(self.metric)
        figures = sim.series.latest(ledger)[sim.series.names(ledger).index(name)]
        return float(figures[sim.series.groups.index(self.group)])


def followed(scenario: Scenario, push: Perturbation, metric: str | None, group: str) -> Follow:
    """The metric that is asked for, what the push itself says, or the mean score."""
    if metric is None and hasattr(push, "trace"):
        return Follow("", group, getattr(push, "traced", Follow.traced))
    metrics_of(scenario, (metric := metric or "true.score",))
    single = split(metric)[1].startswith(("gap.", "pressure."))
    return Follow(metric, "all" if single else group)
