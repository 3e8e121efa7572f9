"""How much better a challenger is than the champion on labelled rows, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.base import Money

Floats = NDArray[np.float64]
Metric = Literal["auc", "brier", "accuracy", "profit"]


@dataclass(frozen=True)
class Evidence:
    """The challenger's lead over the champion; above 0 is better whatever the metric.

    Attributes
    ----------
    lead : float
        In the metric's unit; NaN where the rows do not tell (none, or of one class for the AUC).
    error : float
        Its standard error.
    rows : int
    """

    lead: float
    error: float
    rows: int

    def interval(self, confidence: float) -> tuple[float, float]:
        """Two-sided normal interval of the lead.

        >>> low, high = Evidence(0.1, 0.05, 400).interval(0.95)
        >>> round(low, 3), round(high, 3)
        (0.002, 0.198)
        """
        from scipy import stats

        reach = float(stats.norm.ppf(0.5 + confidence / 2)) * self.error
        return self.lead - reach, self.lead + reach


def weigh(
    metric: Metric, champion: Floats, challenger: Floats, label: NDArray[np.int8], money: Money
) -> Evidence:
    """Compare two models' scores on the same rows.

    The Brier score, accuracy and profit are means of rows, and their error is that of the paired
    differences; both models say yes at and above the break-even of `money` (for accuracy 0.5). The
    AUC's error is DeLong, DeLong and Clarke-Pearson's (1988). Rows count as independent: several
    of one person make the interval somewhat too short.

    >>> label = np.array([1, 1, 0, 0], dtype=np.int8)
    >>> flat, sharp = np.full(4, 0.5), np.array([1.0, 1.0, 0.0, 0.0])
    >>> weigh("brier", flat, sharp, label, Money())
    Evidence(lead=0.25, error=0.0, rows=4)
    """
    if metric == "auc":
        return delong(champion, challenger, label)
    good = label == 1
    each = [_of_rows(metric, score, good, money) for score in (champion, challenger)]
    lead = each[1] - each[0]
    if lead.size < 2:
        return Evidence(float("nan"), float("nan"), int(lead.size))
    return Evidence(float(lead.mean()), float(lead.std(ddof=1) / np.sqrt(lead.size)), lead.size)


def _of_rows(metric: Metric, score: Floats, good: NDArray[np.bool_], money: Money) -> Floats:
    """(n,) what each row adds, the more the better."""
    if metric == "brier":
        return np.asarray(-((score - good) ** 2))
    if metric == "accuracy":
        return np.asarray((score >= 0.5) == good, dtype=np.float64)
    worth = np.where(good, money.gain, -money.loss) - money.label
    return np.where(score >= money.break_even, worth, 0.0)


def delong(champion: Floats, challenger: Floats, label: NDArray[np.int8]) -> Evidence:
    """The difference of two AUCs on the same rows, with DeLong's standard error.

    Placements by midranks (Sun and Xu 2014): O(n log n).
    """
    good = label == 1
    m, n = int(good.sum()), int((~good).sum())
    if m < 2 or n < 2:
        return Evidence(float("nan"), float("nan"), m + n)
    above = [_placements(score, good) for score in (champion, challenger)]
    of_good, of_bad = above[1][0] - above[0][0], above[1][1] - above[0][1]
    variance = of_good.var(ddof=1) / m + of_bad.var(ddof=1) / n
    return Evidence(float(of_good.mean()), float(np.sqrt(variance)), m + n)


def _placements(score: Floats, good: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Of each good row the share of bad ones below it; of each bad row of good ones above it."""
    from scipy.stats import rankdata

    m, n = int(good.sum()), int((~good).sum())
    ranks = rankdata(score)
    below = (ranks[good] - rankdata(score[good])) / n
    above = 1.0 - (ranks[~good] - rankdata(score[~good])) / m
    return below, above


def expected_calibration_error(score: Floats, label: NDArray[np.int8], parts: int = 16) -> float:
    """Mean |score − share of good| over equal parts of [0, 1], weighted by rows; 0 is calibrated.

    Naeini, Cooper and Hauskrecht (2015); NaN without rows.

    >>> expected_calibration_error(np.array([0.1, 0.1, 0.9, 0.9]), np.array([0, 0, 1, 0]))
    0.25
    """
    if not score.size:
        return float("nan")
    part = np.minimum((score * parts).astype(int), parts - 1)
    off = np.bincount(part, score - label, minlength=parts)
    return round(float(np.abs(off).sum() / score.size), 12)
