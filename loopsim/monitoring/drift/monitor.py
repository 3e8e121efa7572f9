"""The drift monitor: the newest round held against what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.feedback import LabelBatch
from loopsim.monitoring.drift.columns import Columns
from loopsim.monitoring.drift.compare import Compare
from loopsim.monitoring.drift.multiple import adjusted
from loopsim.monitoring.drift.reference import Reference
from loopsim.monitoring.watch import Floats, Reading


@dataclass(frozen=True)
class Limits:
    """When a drift monitor is alarmed.

    Attributes
    ----------
    budget : float
        False alarms in 100 rounds, at most: a round's level is a hundredth of it.
    control : {"bonferroni", "holm", "bh"}
        How the level is shared by the columns; see `adjusted`.
    least : float
        A smaller distance is no alarm, however sure the test is.
    """

    budget: float
    control: str
    least: float


class DriftMonitor:
    """Distance of the last round's values from the usual ones, and whether that can be chance.

    Reads the largest distance under the monitor's name, each column's as ``<name>.<column>`` where
    there are several, and the smallest adjusted p-value as ``<name>.least_p``.

    Parameters
    ----------
    name : str
    columns : Columns
        What is watched.
    compare : Compare
        How two tables are compared.
    tested : tuple of str
        Names of what `compare` returns.
    reference : Reference
    limits : Limits
    size : int
        Cases looked at in a round.
    """

    def __init__(
        self,
        name: str,
        columns: Columns,
        compare: Compare,
        tested: tuple[str, ...],
        reference: Reference,
        limits: Limits,
        size: int,
    ) -> None:
        self.name, self.columns, self.compare, self.tested = name, columns, compare, tested
        self.reference, self.limits, self.size = reference, limits, size
        self._new = np.empty((0, len(columns.names)))

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`."""
        self.reference.refer(self.columns.fitted(features, scores, labels))

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`."""
        if self.columns.of == "labels":
            self._new = self.columns.of_labels(batch, self.size)

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        if self.columns.of != "labels":
            self._new = self.columns.of_cases(cases, self.size)

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        usual, new = self.reference.rows(), self._new
        far, p = (np.full(len(self.tested), np.nan) for _ in range(2))
        if len(usual) and len(new):
            far, p = self.compare(usual, new)
        self.reference.add(new)
        self._new = new[:0]
        return self._reading(far, adjusted(p, self.limits.control))

    def _reading(self, far: Floats, p: Floats) -> Reading:
        values = {self.name: _extreme(np.nanmax, far)}
        if len(self.tested) > 1:
            named = zip(self.tested, far, strict=True)
            values |= {f"{self.name}.{column}": float(value) for column, value in named}
        values[f"{self.name}.least_p"] = _extreme(np.nanmin, p)
        found = np.flatnonzero((p <= self.limits.budget / 100.0) & (far >= self.limits.least))
        said = (f"{self.tested[j]} moved by {far[j]:.3g} (p = {p[j]:.2g})" for j in found)
        return Reading(values, ", ".join(said))

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        return {"new": self._new, **self.reference.state()}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._new = state["new"]
        self.reference.restore(state)


def _extreme(of: Any, values: Floats) -> float:
    return float("nan") if np.isnan(values).all() else float(of(values))
