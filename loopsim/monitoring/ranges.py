"""Values outside the range in which the live version learned."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.features import Schema
from loopsim.feedback import LabelBatch
from loopsim.monitoring.sample import some
from loopsim.monitoring.watch import Floats, Reading


class RangeMonitor:
    """The largest share of any number's values outside its usual range, of the last round's cases.

    Parameters
    ----------
    schema : Schema
        The features; categories have no range.
    above : float
        Share that alarms.
    name : str
    """

    def __init__(self, schema: Schema, above: float, name: str = "range") -> None:
        self.above, self.name = above, name
        self.names = tuple(n for n in schema.names if n not in schema.levels)
        self._at = [schema.index(n) for n in self.names]
        self._usual = np.full((2, len(self.names)), np.nan)
        self._now = np.full(len(self.names), np.nan)

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`."""
        rows = features[:, self._at]
        if len(rows):
            self._usual = np.stack([np.fmin.reduce(rows), np.fmax.reduce(rows)])

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`; labels have no range."""

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        features = some(cases)
        self._now = np.full(len(self.names), np.nan)
        if features is not None:
            low, high = self._usual
            for k, j in enumerate(self._at):
                column = features[:, j]
                self._now[k] = ((column < low[k]) | (column > high[k])).mean()
            self._now[np.isnan(low)] = np.nan

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        if np.isnan(self._now).all():
            return Reading({self.name: float("nan")})
        worst = int(np.nanargmax(self._now))
        low, high = self._usual[:, worst]
        said = f"{self.names[worst]} is outside {low:.4g} to {high:.4g} in {self._now[worst]:.1%}"
        said += " of the cases"
        alarmed = self._now[worst] > self.above
        return Reading({self.name: float(self._now[worst])}, said if alarmed else "")

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        return {"usual": self._usual, "now": self._now}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._usual, self._now = state["usual"], state["now"]
