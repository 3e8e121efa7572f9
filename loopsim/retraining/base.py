"""What a retraining rule is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


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
    """

    labels: int
    rounds: int
    observed: dict[str, float] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()


class RetrainingRule(Protocol):
    """When a candidate is fitted."""

    def due(self, readings: Readings, t: int) -> str | None:
        """The reason to fit a candidate in round t, or None."""
        ...
