"""When a candidate is fitted: by the calendar or by the labels that came in."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.retraining.base import Readings


@dataclass(frozen=True)
class NeverRule:
    """Never.

    >>> NeverRule().due(Readings(labels=10**6, rounds=100), t=100) is None
    True
    """

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        return None


@dataclass(frozen=True)
class EveryRule:
    """By the calendar: `rounds` rounds after the last fit, whether or not it went live.

    >>> EveryRule(4).due(Readings(labels=0, rounds=4), t=4)
    'every 4 rounds'
    """

    rounds: int

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        if readings.rounds < self.rounds:
            return None
        return "every round" if self.rounds == 1 else f"every {self.rounds:,} rounds"


@dataclass(frozen=True)
class LabelsRule:
    """By volume: when `count` labels or more came in since the last fit.

    >>> LabelsRule(10_000).due(Readings(labels=10_250, rounds=3), t=7)
    '10,250 new labels'
    """

    count: int

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        if readings.labels < self.count:
            return None
        return f"{readings.labels:,} new label{'' if readings.labels == 1 else 's'}"
