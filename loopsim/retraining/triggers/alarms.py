"""Rules that look at the monitors and at the figures of the dashboard."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from loopsim.retraining.base import Readings


@dataclass(frozen=True)
class AlarmRule:
    """When a monitor is alarmed: any of those named, or any at all.

    >>> AlarmRule(("ks",)).due(Readings(0, 3, alarms=("psi", "ks")), t=8)
    'alarm of ks'
    >>> AlarmRule(("ks",)).due(Readings(0, 3, alarms=("psi",)), t=8) is None
    True
    """

    monitors: tuple[str, ...] = ()

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        mine = [name for name in readings.alarms if name in self.monitors or not self.monitors]
        return f"alarm of {', '.join(mine)}" if mine else None


@dataclass(frozen=True)
class DropRule:
    """When an observed figure is worse by `by` than its level after the last fit.

    The level is the mean of the first `over` rounds since the fit in which the figure is known; as
    long as fewer are, nothing is due. A figure that a monitor estimates (``cbpe``) will do.

    Parameters
    ----------
    metric : str
    by : float
        In the metric's own unit.
    over : int
        Rounds.
    rises : bool
        Whether the figure is worse when it is higher (a Brier score, a share of complaints).

    >>> seen = Readings(0, 4, {"auc": 0.7}, path=lambda name: np.array([np.nan, 0.8, 0.78, 0.7]))
    >>> DropRule("auc", by=0.05, over=2).due(seen, t=9)
    'auc fell to 0.7 from 0.79 after the last fit'
    """

    metric: str
    by: float
    over: int = 4
    rises: bool = False

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        path = readings.path(self.metric)
        known = path[np.isfinite(path)]
        now = readings.observed.get(self.metric, math.nan)
        if known.size < self.over or math.isnan(now):
            return None
        level = float(known[: self.over].mean())
        worse = now - level if self.rises else level - now
        moved = "rose" if self.rises else "fell"
        said = f"{self.metric} {moved} to {now:.4g} from {level:.4g} after the last fit"
        return said if worse >= self.by else None


@dataclass(frozen=True)
class IncidentRule:
    """When an incident is declared: in the rounds `at`, or when a figure leaves its limits.

    >>> IncidentRule(metric="precision", below=0.9).due(Readings(0, 3, {"precision": 0.85}), t=8)
    'incident: precision = 0.85 is below 0.9'
    >>> IncidentRule(at=(8,)).due(Readings(0, 3), t=8)
    'incident declared'
    """

    at: tuple[int, ...] = ()
    metric: str | None = None
    below: float | None = None
    above: float | None = None

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        if t in self.at:
            return "incident declared"
        now = math.nan if self.metric is None else readings.observed.get(self.metric, math.nan)
        if self.below is not None and now < self.below:
            return f"incident: {self.metric} = {now:.4g} is below {self.below:g}"
        if self.above is not None and now > self.above:
            return f"incident: {self.metric} = {now:.4g} is above {self.above:g}"
        return None


@dataclass(frozen=True)
class SignalRule:
    """On every new signal: in every round in which a label came.

    >>> SignalRule().due(Readings(labels=3, rounds=1), t=8)
    '3 new labels at once'
    """

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        if readings.labels == 0:
            return None
        return f"{readings.labels:,} new label{'' if readings.labels == 1 else 's'} at once"
