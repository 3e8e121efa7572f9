"""Confidence-based performance estimation: what a calibrated score says of itself.

Of a case whose calibrated score is p a "yes" is right with chance p and a "no" with chance 1 − p.
Added up over a round's decisions that gives the confusion table that is to be expected, and the
metrics from it, before any label has come (the method of NannyML).

It is blind where the chance of the good outcome given the score has changed (hidden concept drift):
it goes on believing the calibration. It is also blind to what the calibration has not seen: with
selective labels the scores of the refused lie outside of it, where the nearest known chance is
taken. And a version's score on the very rows that it was fitted on flatters it if it overfits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim import kernels
from loopsim.cases import Cases
from loopsim.environments.base import BAD, GOOD
from loopsim.feedback import LabelBatch, unknown
from loopsim.monitoring import metrics
from loopsim.monitoring.tally import BINS, empty, tally
from loopsim.monitoring.watch import Floats, Reading

FIGURES = (metrics.accuracy, metrics.precision, metrics.recall, metrics.auc, metrics.brier)


def calibrated(bad: NDArray[Any], good: NDArray[Any]) -> Floats:
    """(bins,) chance of the good outcome by score: isotonic regression on labelled counts.

    Beyond the scores that have labels the nearest chance goes on; NaN if there are no labels.
    """
    from sklearn.isotonic import IsotonicRegression

    known = bad + good
    some = known > 0
    if not some.any():
        return np.full(known.shape, np.nan)
    at = (np.arange(known.size) + 0.5) / known.size
    law = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    law.fit(at[some], good[some] / known[some], sample_weight=known[some])
    return np.asarray(law.predict(at), dtype=float)


def expected(decisions: NDArray[Any], chance: Floats) -> dict[str, float]:
    """Metrics to be expected of (2 actions, bins) decisions at these (bins,) chances; NaN unknown.

    >>> evenly = np.stack([np.r_[np.ones(512), np.zeros(512)], np.r_[np.zeros(512), np.ones(512)]])
    >>> chance = (np.arange(1024) + 0.5) / 1024
    >>> figures = expected(evenly, chance)   # accuracy: the integral of max(p, 1 − p), 3/4
    >>> round(figures["accuracy"], 6), round(figures["auc"], 3)  # auc: 5/6
    (0.75, 0.833)
    """
    counts: Any = np.zeros((1, 2, 3, chance.size))
    counts[0, :, GOOD] = decisions * chance
    counts[0, :, BAD] = decisions * (1.0 - chance)
    return {figure.__name__: float(figure(counts)[0]) for figure in FIGURES}


@dataclass(frozen=True)
class Fall:
    """What alarms an estimate: a metric's fall below what it was when the version went live."""

    metric: str
    drop: float


class CBPEMonitor:
    """Estimated accuracy, precision, recall, AUC and Brier score of the last round's decisions.

    Parameters
    ----------
    name : str
        The figures are ``<name>.accuracy`` and so on.
    calibrate : {"fitted", "labels"}
        On the rows that the live version was fitted on, or on labels of its own decisions.
    minimum : int
        Fewer labelled rows calibrate nothing.
    fall : Fall
    """

    def __init__(self, name: str, calibrate: str, minimum: int, fall: Fall) -> None:
        self.name, self.calibrate, self.minimum, self.fall = name, calibrate, minimum, fall
        self._labelled = np.zeros((2, BINS), dtype=np.int64)
        self._decided = np.zeros((2, BINS), dtype=np.int64)
        self._usual = float("nan")
        self._since, self._t = 0, 0

    def refer(self, features: Floats, scores: Floats, labels: NDArray[np.int8]) -> None:
        """See `Monitor.refer`."""
        self._labelled = np.zeros_like(self._labelled)
        self._decided = np.zeros_like(self._decided)
        self._usual, self._since = float("nan"), self._t
        if self.calibrate == "fitted":
            self._count(scores, labels)

    def see_labels(self, t: int, batch: LabelBatch) -> None:
        """See `Monitor.see_labels`."""
        self._t = t
        if self.calibrate == "labels":
            own = batch.take((batch.kind == 0) & (batch.opened >= self._since))
            self._count(own.score, own.label)

    def see_cases(self, t: int, cases: Cases) -> None:
        """See `Monitor.see_cases`."""
        counts = empty(1)
        zeros = np.zeros(len(cases), dtype=np.int8)
        tally(zeros, cases.actions, zeros, np.ascontiguousarray(cases.scores, float), counts)
        self._decided = counts[0, :, 0]

    def read(self, t: int) -> Reading:
        """See `Monitor.read`."""
        self._t = t
        figures = {figure.__name__: float("nan") for figure in FIGURES}
        if self._decided.any() and self._labelled.sum() >= self.minimum:
            figures = expected(self._decided, calibrated(*self._labelled))
        now = figures[self.fall.metric]
        if np.isnan(self._usual):
            self._usual = now
        values = {f"{self.name}.{metric}": value for metric, value in figures.items()}
        said = f"estimated {self.fall.metric} is {now:.3f}, it was {self._usual:.3f}"
        return Reading(values, said if now < self._usual - self.fall.drop else "")

    def _count(self, scores: Floats, labels: NDArray[np.int8]) -> None:
        """Add labelled rows to the calibration, by the bin of their score."""
        known = ~unknown(labels)
        counts = empty(1)
        zeros = np.zeros(int(known.sum()), dtype=np.int8)
        kernels.tally(zeros, zeros, labels[known], np.array(scores[known], dtype=float), counts)
        self._labelled += counts[0, 0, :2]

    def state(self) -> dict[str, NDArray[Any]]:
        """See `Monitor.state`."""
        counters = np.array([self._since, self._t], dtype=np.int64)
        return {
            "labelled": self._labelled,
            "decided": self._decided,
            "usual": np.array([self._usual]),
            "counters": counters,
        }

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """See `Monitor.restore`."""
        self._labelled, self._decided = state["labelled"].copy(), state["decided"]
        self._usual = float(state["usual"][0])
        self._since, self._t = (int(x) for x in state["counters"])
