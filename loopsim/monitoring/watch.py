"""Monitors: what a team computes from its own log to notice that something has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.errors import InputError
from loopsim.feedback import LabelBatch

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """What a monitor says at the start of a round.

    Attributes
    ----------
    values : dict
        Figures by name, the same names every round; NaN where unknown. They become observed
        metrics.
    alarm : str
        Why it is alarmed; empty if it is not.
    """

    values: dict[str, float] = field(default_factory=dict)
    alarm: str = ""


class Monitor(Protocol):
    """One detector, estimate or check. It reads the log alone and draws nothing of its own.

    `refer` is called when a version goes live, with the rows that it was fitted on: what is usual
    from then on. After that come, round by round, `see_labels` (labels that came), `read`, and
    `see_cases` (the decisions of the round).
    """

    name: str

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """(n, d) features, (n,) scores of the new version on them, and (n,) labels."""
        ...

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """Labels that became known at the start of round t, each with its score as logged."""
        ...

    def see_cases(self, t: int, cases: Cases) -> None:
        """The decisions of round t: features, scores, actions, groups as logged."""
        ...

    def read(self, t: int) -> Reading:
        """What it makes of everything so far."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        ...

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        ...


class Watch:
    """All monitors of a run.

    Parameters
    ----------
    monitors : list of Monitor
        Their names differ.

    Raises
    ------
    InputError
        If two have one name.
    """

    def __init__(self, monitors: list[Monitor]) -> None:
        names = [monitor.name for monitor in monitors]
        for i, name in enumerate(names):
            if name in names[:i]:
                raise InputError(
                    f"monitors.{i}: {name} is the name of monitors.{names.index(name)} as well; "
                    "give one of them another: name = ..."
                )
        self.monitors = monitors
        self.values: dict[str, float] = {}

    def __iter__(self) -> Any:
        return iter(self.monitors)

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """A new version: what it was fitted on is what is usual from now on."""
        for monitor in self.monitors:
            monitor.refer(features, scores, labels)

    def read(self, t: int) -> dict[str, str]:
        """Read every monitor; the alarms, by monitor. The values stay in `values`."""
        alarms: dict[str, str] = {}
        for monitor in self.monitors:
            reading = monitor.read(t)
            self.values |= reading.values
            if reading.alarm:
                alarms[monitor.name] = reading.alarm
        return alarms

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {f"{m.name}/{k}": v for m in self.monitors for k, v in m.state().items()}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        for monitor in self.monitors:
            mine = f"{monitor.name}/"
            monitor.restore(
                {k.removeprefix(mine): v for k, v in state.items() if k.startswith(mine)}
            )
