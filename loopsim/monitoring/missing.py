"""Values that stopped coming."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.feedback import LabelBatch
from loopsim.monitoring.sample import some
from loopsim.monitoring.watch import Floats, Reading


class MissingMonitor:
    """The largest growth of any feature's share of missing values, of the last round's cases.

    Parameters
    ----------
    names : names of the features
    above : float
        Growth that alarms.
    name : str
    """

    def __init__(self, names: tuple[str, ...], above: float, name: str = "missing") -> None:
        self.names, self.above, self.name = names, above, name
        self._usual = np.zeros(len(names))
        self._now = np.full(len(names), np.nan)

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`."""
        if len(features):
            self._usual = np.isnan(features).mean(axis=0)

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`; labels say nothing of missing values."""

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        features = some(cases)
        if features is not None:
            self._now = np.isnan(features).mean(axis=0)

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        growth = self._now - self._usual
        if np.isnan(growth).all():
            return Reading({self.name: float("nan")})
        worst = int(np.argmax(growth))
        said = f"{self.names[worst]} is missing in {self._now[worst]:.0%} of the cases, usually "
        said += f"{self._usual[worst]:.0%}"
        alarmed = growth[worst] > self.above
        return Reading({self.name: float(growth[worst])}, said if alarmed else "")

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        return {"usual": self._usual, "now": self._now}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._usual, self._now = state["usual"], state["now"]
