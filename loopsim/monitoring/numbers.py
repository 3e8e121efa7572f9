"""The observed ledger where outcomes are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.environments.base import Money
from loopsim.feedback import LabelBatch
from loopsim.monitoring.metrics import ratio
from loopsim.monitoring.values import SUMS, Floats, summary, sums


class ValueDashboard:
    """Trailing figures of predictions, from labels as they come; `Dashboard` for numbers.

    Parameters
    ----------
    groups, money, window, minimum, signals : as in `Dashboard`
    """

    def __init__(
        self, groups: int, money: Money, window: int, minimum: int, signals: tuple[str, ...] = ()
    ) -> None:
        self.groups, self.window, self.minimum = groups, window, minimum
        self._labels = np.zeros((window, groups, SUMS))
        self._ages = np.zeros((window, groups))
        self._cases = np.zeros((window, groups, 2))  # decisions, and the sum of their scores

    def start(self, t: int) -> None:
        """Forget what has left the window."""
        for table in (self._labels, self._ages, self._cases):
            table[t % self.window] = 0.0

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """Labels that were revealed in round t."""
        batch = batch.take(batch.kind == 0)
        slot = t % self.window
        label = batch.label.astype(np.float64)
        self._labels[slot] += sums(batch.score, label, batch.group, self.groups)
        age = (t - batch.opened).astype(np.float64)
        self._ages[slot] += np.bincount(batch.group, age, minlength=self.groups)

    def see_cases(self, t: int, cases: Cases) -> None:
        """Predictions that were made in round t."""
        for j, column in enumerate((np.ones(len(cases)), cases.scores)):
            found = np.bincount(cases.group, column, minlength=self.groups)
            self._cases[t % self.window, :, j] += found

    def read(self) -> dict[str, Floats]:
        """The dashboard now, each figure (1 + groups,): those of `summary`, ``prediction`` (its
        mean), ``coverage`` and ``age`` of the labels."""
        figures = summary(self._labels.sum(axis=0), self.minimum)
        decided, scores = self._cases.sum(axis=0).T
        taken = np.r_[decided.sum(), decided]
        figures["prediction"] = ratio(np.r_[scores.sum(), scores], taken)
        figures["coverage"] = ratio(figures["labels"], taken)
        ages = self._ages.sum(axis=0)
        figures["age"] = ratio(np.r_[ages.sum(), ages], figures["labels"])
        return figures

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {"labels": self._labels, "ages": self._ages, "cases": self._cases}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self._labels, self._ages, self._cases = state["labels"], state["ages"], state["cases"]
