"""How decisions fare in subgroups: any column, and pairs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.features import Schema
from loopsim.feedback import LabelBatch
from loopsim.monitoring.cells import Cells
from loopsim.monitoring.sample import hashes, sample
from loopsim.monitoring.watch import Floats, Reading
from loopsim.monitoring.wilson import interval

if TYPE_CHECKING:
    from loopsim.monitoring.settings import Subgroups

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Subgroup:
    """One row of the table: the share of right decisions among those with a label."""

    name: str
    labels: int
    share: float
    low: float
    high: float


class SubgroupsMonitor:
    """The share of decisions that were right (accuracy) in each subgroup, as labels come.

    Reads the lowest share of a subgroup with labels enough under the monitor's name, everybody's as
    ``<name>.all`` and the number of such subgroups as ``<name>.known``. It is alarmed where one is
    worse than everybody by more than `worse` beyond doubt: its Wilson interval, at a level that is
    shared by all subgroups, ends below. A label of a decision that hides the others says nothing of
    those: with selective labels this is the approved ones' share of good outcomes.

    Parameters
    ----------
    schema : Schema
    settings : Subgroups
        See `loopsim.monitoring.settings`.
    """

    def __init__(self, schema: Schema, settings: Subgroups) -> None:
        self.name, self.settings = settings.called, settings
        self.cells = Cells(schema, settings.columns, settings.pairs)
        self._waiting = np.empty(0, dtype=np.int64)  # ids of predictions, ascending
        self._codes = np.empty((0, len(self.cells.columns)), dtype=np.int16)
        self._cut = np.zeros(1)
        self._counted = np.empty((0, 4), dtype=np.int64)  # round, cell, labels, right

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`: the first version's rows say where numbers are cut."""
        self.cells.refer(features)

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`."""
        old = self._counted[:, 0] <= t - self.settings.window
        self._counted = self._counted[~old]
        ours = batch.take(np.flatnonzero(batch.kind == 0))
        ours = ours.take(hashes(ours.prediction_id) <= self._cut[0])
        if not len(ours) or not self._waiting.size:
            return
        at = np.minimum(np.searchsorted(self._waiting, ours.prediction_id), self._waiting.size - 1)
        found = self._waiting[at] == ours.prediction_id
        ours, at = ours.take(found), at[found]
        self._count(t, self._codes[at], ours.label == ours.action)
        self._forget(at)

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        self._forget(np.flatnonzero(self._waiting >> ENTITY_BITS < t - self.settings.patience))
        if not self.cells.cut or not len(cases):
            return
        ids = cases.prediction_id
        picked = np.sort(sample(ids, self.settings.sample))
        picked = picked[np.argsort(ids[picked], kind="stable")]
        self._waiting = np.concatenate([self._waiting, ids[picked]])
        self._codes = np.concatenate([self._codes, self.cells.codes(cases, picked)])
        self._cut = np.maximum(self._cut, hashes(ids[picked]).max())

    def _count(self, t: int, codes: NDArray[np.int16], right: NDArray[np.bool_]) -> None:
        cells, at = np.unique(self.cells.of(codes), return_inverse=True)
        labels = np.bincount(at, minlength=cells.size)
        good = np.bincount(at, np.tile(right, len(self.cells.sets)), minlength=cells.size)
        rows = np.column_stack([np.full(cells.size, t), cells, labels, good.astype(np.int64)])
        self._counted = np.concatenate([self._counted, rows])

    def _forget(self, at: Ints) -> None:
        if at.size:
            kept = np.ones(self._waiting.size, dtype=bool)
            kept[at] = False
            self._waiting, self._codes = self._waiting[kept], self._codes[kept]

    def _totals(self) -> tuple[Ints, Ints, Ints]:
        """Cells, their labels and their right decisions in the window."""
        cells, at = np.unique(self._counted[:, 1], return_inverse=True)
        sums = np.zeros((2, cells.size), dtype=np.int64)
        np.add.at(sums[0], at, self._counted[:, 2])
        np.add.at(sums[1], at, self._counted[:, 3])
        return cells, sums[0], sums[1]

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        cells, labels, right = self._totals()
        first = cells >> 20 == 0
        everybody = float(right[first].sum() / max(labels[first].sum(), 1))
        enough = np.flatnonzero(labels >= self.settings.minimum)
        values = {self.name: float("nan"), f"{self.name}.all": float("nan")}
        if not enough.size:
            return Reading({**values, f"{self.name}.known": 0.0})
        share = right[enough] / labels[enough]
        values = {self.name: float(share.min()), f"{self.name}.all": everybody}
        level = 1.0 - 2.0 * self.settings.budget / 100.0 / enough.size
        high = interval(right[enough], labels[enough], max(level, 0.0))[1]
        said = ""
        if high.min() < everybody - self.settings.worse:
            worst = int(high.argmin())
            said = f"{self.cells.name(int(cells[enough[worst]]))}: right in {share[worst]:.1%} of "
            said += f"{labels[enough[worst]]:,} decisions, everybody in {everybody:.1%}"
        return Reading({**values, f"{self.name}.known": float(enough.size)}, said)

    def table(self, level: float = 0.95) -> list[Subgroup]:
        """Every subgroup with labels enough in the window, with its Wilson interval."""
        cells, labels, right = self._totals()
        low, high = interval(right, labels, level)
        return [
            Subgroup(self.cells.name(int(cells[i])), int(labels[i]), float(right[i] / labels[i]),
                     float(low[i]), float(high[i]))
            for i in np.flatnonzero(labels >= self.settings.minimum)
        ]  # fmt: skip

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        return {
            "waiting": self._waiting,
            "codes": self._codes,
            "cut": self._cut,
            "counted": self._counted,
            "cuts": self.cells.cuts,
        }

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._waiting, self._codes = state["waiting"], state["codes"]
        self._cut, self._counted = state["cut"], state["counted"]
        self.cells.cuts = state["cuts"]
