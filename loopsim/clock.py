"""The one clock: a SimPy environment whose rounds have phases.

What happens at the same time happens in the order of the phases: a label due in round t is known to
the decision in round t.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import simpy


class Phase(IntEnum):
    """The order within a round. They start at 1: SimPy ends a round with an event of priority 0."""

    LABELS = 1
    MONITOR = 2
    RETRAIN = 3
    ARRIVE = 4
    FEATURES = 5
    SCORE = 6
    DECIDE = 7
    REVIEW = 8
    ACT = 9
    RESPOND = 10
    LOG = 11


class Clock:
    """SimPy's time, counted in rounds.

    >>> clock, said = Clock(), []
    >>> clock.at(0, Phase.LOG, lambda: said.append("log"))
    >>> clock.at(0, Phase.LABELS, lambda: said.append("labels"))
    >>> clock.finish(0)
    >>> said
    ['labels', 'log']
    """

    def __init__(self, start: int = 0) -> None:
        self.simpy = simpy.Environment(initial_time=start)

    def at(self, t: int, phase: Phase, action: Callable[[], object]) -> None:
        """Do `action` in a phase of round t (this one or a later one)."""
        event = simpy.Event(self.simpy)
        event._ok, event._value = True, None
        assert event.callbacks is not None
        event.callbacks.append(lambda _: action())  # type: ignore[arg-type]
        self.simpy.schedule(event, priority=phase, delay=t - self.simpy.now)  # type: ignore[arg-type]

    def finish(self, t: int) -> None:
        """Let everything of round t happen."""
        self.simpy.run(until=t + 1)
