"""The observed ledger: what a team's dashboard can know. Reads the feedback log alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.environments.base import UNKNOWN, Money
from loopsim.feedback import LabelBatch
from loopsim.monitoring import metrics
from loopsim.monitoring.tally import empty, tally

Floats = NDArray[np.float64]


class Dashboard:
    """Trailing figures from decisions and from labels as they come: late, noisy, or never.

    The rates rest on outcomes alone. Of any other kind of feedback there is one figure, named after
    it: the share that was good.

    Parameters
    ----------
    groups : int
    money : Money
    window : int
        Rounds of labels and decisions that a figure rests on.
    minimum : int
        A rate from fewer labels is unknown (NaN), never a number.
    signals : tuple of str
        Names of the kinds of feedback beside the outcome, by their codes from 1.
    """

    def __init__(
        self, groups: int, money: Money, window: int, minimum: int, signals: tuple[str, ...] = ()
    ) -> None:
        self.money, self.window, self.minimum = money, window, minimum
        self._labels = np.stack([empty(groups) for _ in range(window)])
        self._cases = np.stack([empty(groups) for _ in range(window)])
        self._ages = np.zeros((window, groups), dtype=np.int64)
        self.signals = signals
        self._signals = np.zeros((window, len(signals), groups, 2), dtype=np.int64)

    def start(self, t: int) -> None:
        """Forget what has left the window."""
        slot = t % self.window
        self._labels[slot] = 0
        self._cases[slot] = 0
        self._ages[slot] = 0
        self._signals[slot] = 0

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """Labels that were revealed in round t; other kinds of feedback are counted apart."""
        slot = t % self.window
        if self.signals:
            other = batch.take(batch.kind > 0)
            at = (other.kind - 1, other.group, other.label)
            np.add.at(self._signals[slot], at, 1)
            batch = batch.take(batch.kind == 0)
        tally(batch.group, batch.action, batch.label, batch.score, self._labels[slot])
        age = t - batch.opened.astype(np.int64)
        groups = self._ages.shape[1]
        self._ages[slot] += np.bincount(batch.group, age, minlength=groups).astype(np.int64)

    def see_cases(self, t: int, cases: Cases) -> None:
        """Decisions that were taken in round t; their outcomes are unknown.

        With them comes what the other shards saw of the round, if the people are split.
        """
        slot, unknown = t % self.window, np.full(len(cases), UNKNOWN, dtype=np.int8)
        tally(cases.group, cases.actions, unknown, cases.scores, self._cases[slot])
        tables = self._labels, self._cases, self._ages, self._signals
        everybody = cases.crossing.counts("dashboard", *(table[slot] for table in tables))
        for table, counts in zip(tables, everybody, strict=True):
            table[slot] = counts

    def read(self) -> dict[str, Floats]:
        """The dashboard now: each figure (1 + groups,), everybody first.

        Besides the rates: `coverage`, labels that came per decision taken in the window, and `age`,
        the labels' mean age in rounds. `approval` and `score` are of all decisions in the window.
        """
        labelled, decided = self._labels.sum(axis=0), self._cases.sum(axis=0)
        figures = self._summary(labelled, decided)
        taken = metrics.with_all(decided).sum(axis=(1, 2, 3))
        figures["coverage"] = metrics.ratio(figures["labels"], taken)
        ages = self._ages.sum(axis=0)
        figures["age"] = metrics.ratio(np.r_[ages.sum(), ages], figures["labels"])
        for name, counts in zip(self.signals, self._signals.sum(axis=0), strict=True):
            good, known = counts[:, 1], counts.sum(axis=1)
            share = metrics.ratio(np.r_[good.sum(), good], np.r_[known.sum(), known])
            share[np.r_[known.sum(), known] < self.minimum] = np.nan
            figures[name] = share
        return figures

    def _summary(
        self, labelled: NDArray[np.int64], decided: NDArray[np.int64]
    ) -> dict[str, Floats]:
        """Figures from the tallies of labels and of decisions in the window."""
        figures = metrics.summary(labelled, self.money, self.minimum)
        everybody = metrics.with_all(decided)
        for figure in (metrics.approval, metrics.score):
            figures[figure.__name__] = figure(everybody)
            figures[f"gap.{figure.__name__}"] = metrics.gap(figures[figure.__name__])
        return figures

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {
            "labels": self._labels,
            "cases": self._cases,
            "ages": self._ages,
            "signals": self._signals,
        }

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self._labels, self._cases, self._ages = state["labels"], state["cases"], state["ages"]
        self._signals = state["signals"]
