"""What a retraining rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


def nothing_yet(metric: str) -> NDArray[np.float64]:
    """The path of a figure that no round has shown."""
    return np.empty(0)


@dataclass(frozen=True)
class Readings:
    """What a rule may look at: the dashboard's readings, never the truth.

    Attributes
    ----------
    labels : int
        Labels revealed since the last fit (refused candidates count as a fit).
    rounds : int
        Rounds since the last fit.
    observed : dict
        Newest observed metrics, by name; NaN where unknown. What monitors read is among them.
    alarms : tuple of str
        Names of the monitors that are alarmed in this round.
    fits : int
        Candidates fitted so far, live or refused; version 1 from the history is none.
    path : callable
        ``path("auc")``: (rounds,) an observed metric in every round since the last fit, the oldest
        first; NaN where unknown.
    """

    labels: int
    rounds: int
    observed: dict[str, float] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    fits: int = 0
    path: Callable[[str], NDArray[np.float64]] = nothing_yet


class RetrainingRule(Protocol):
    """When a candidate is fitted.

    It remembers nothing between rounds: all that it needs is in the readings, so that a run can be
    resumed in any round. `loopsim.testing.rules.check_rule` checks it.

    One thing is optional. ``back(readings, t) -> str | None`` is the reason to go back to the
    version before the live one, asked before `due`.
    """

    def due(self, readings: Readings, t: int) -> str | None:
        """The reason to fit a candidate in round t, or None."""
        ...
