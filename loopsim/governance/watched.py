"""The limits that a team has set itself, and its objective."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.costs import COSTS
from loopsim.limits import Limit
from loopsim.objective import figure
from loopsim.registry import there_are

if TYPE_CHECKING:
    from loopsim.scenario_governance import Governance

Observed = dict[str, NDArray[np.float64]]


class Watched:
    """What is held against the dashboard in every round.

    Parameters
    ----------
    plan : Governance
    groups : tuple of str
    """

    def __init__(self, plan: Governance, groups: tuple[str, ...]) -> None:
        self.limits = tuple(map(Limit.parse, plan.limits))
        self.groups = ("all", *groups)
        self._seen = plan.observed()

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure in a limit."""
        return tuple(dict.fromkeys(name for limit in self.limits for name in limit.mix.names))

    @property
    def costs(self) -> bool:
        """Whether a limit is on what the policy costs."""
        return any(name.startswith("cost.") for name in self.names)

    def broken(self, observed: Observed) -> list[tuple[Limit, float]]:
        """The limits that these figures break, each with its value; unknown is no breach."""
        found = {name: self._value(name, observed) for name in self.names}
        return [(limit, limit.value(found)) for limit in self.limits if limit.holds(found) is False]

    def _value(self, name: str, observed: Observed) -> float:
        ledger, metric, group = figure(name)
        values = observed[f"cost.{metric}" if ledger == "cost" else metric]
        return float(values[self.groups.index(group)])

    def faults(self, known: Iterable[str]) -> Iterable[tuple[str, str]]:
        """Figures that the dashboard does not show."""
        known = tuple(dict.fromkeys(known))
        for i, limit in enumerate(self.limits):
            for told in self._unknown(limit.mix.names, known):
                yield f"governance.limits.{i}", told
        for told in self._unknown(self._seen, known):
            yield "governance.objective", told

    def _unknown(self, names: Iterable[str], known: tuple[str, ...]) -> Iterable[str]:
        for name in names:
            ledger, metric, group = figure(name)
            there = tuple(COSTS) if ledger == "cost" else known
            if metric not in there:
                yield f"no figure {ledger}.{metric}; {there_are(there, metric)}"
            if group not in self.groups or (ledger == "cost" and group != "all"):
                yield f"{name}: no such group; {there_are(self.groups, group)}"
