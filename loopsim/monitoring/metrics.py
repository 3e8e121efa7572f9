"""What a tally says. The same definitions for both ledgers: only who may fill the tally differs.

Every function takes counts of shape (groups, 2 actions, 3 outcomes, bins), see
`loopsim.monitoring.tally`, and returns a (groups,) float array; NaN where nothing can be said.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.base import BAD, GOOD, UNKNOWN, Money

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
NO, YES = 0, 1


def ratio(top: NDArray[np.generic], bottom: NDArray[np.generic]) -> Floats:
    """Elementwise quotient; NaN where the bottom is 0."""
    bottom = np.asarray(bottom, dtype=float)
    known = bottom != 0
    return np.divide(top, bottom, out=np.full(bottom.shape, np.nan), where=known)


def labels(counts: Counts) -> Floats:
    """Cases whose outcome is known."""
    return counts[:, :, :UNKNOWN].sum(axis=(1, 2, 3)).astype(float)


def approval(counts: Counts) -> Floats:
    """Share of cases that got a yes (the selection rate); 0 means nobody."""
    return ratio(counts[:, YES].sum(axis=(1, 2)), counts.sum(axis=(1, 2, 3)))


def precision(counts: Counts) -> Floats:
    """Share of the good among the approved whose outcome is known; 1 means no bad loan."""
    yes = counts[:, YES].sum(axis=2)
    return ratio(yes[:, GOOD], yes[:, GOOD] + yes[:, BAD])


def recall(counts: Counts) -> Floats:
    """Share of the approved among the good whose outcome is known (true positive rate).

    On the dashboard's tally the refused are unknown, so it says 1 there: that is selective labels.
    """
    return ratio(counts[:, YES, GOOD].sum(axis=1), counts[:, :, GOOD].sum(axis=(1, 2)))


def false_positive_rate(counts: Counts) -> Floats:
    """Share of the approved among the bad whose outcome is known; 0 means none slipped through."""
    return ratio(counts[:, YES, BAD].sum(axis=1), counts[:, :, BAD].sum(axis=(1, 2)))


def accuracy(counts: Counts) -> Floats:
    """Share of known cases in which yes met good or no met bad."""
    right = counts[:, YES, GOOD].sum(axis=1) + counts[:, NO, BAD].sum(axis=1)
    return ratio(right, labels(counts))


def auc(counts: Counts) -> Floats:
    """Probability that a good case scores above a bad one, ties counting half; .5 is chance.

    Exact for scores rounded down to the bins (Mann–Whitney U; Hanley and McNeil 1982).
    """
    good, bad = counts[:, :, GOOD].sum(axis=1), counts[:, :, BAD].sum(axis=1)
    below = np.cumsum(bad, axis=1) - bad
    wins = (good * (below + bad / 2)).sum(axis=1)
    return ratio(wins, good.sum(axis=1) * bad.sum(axis=1).astype(float))


def _centres(bins: int) -> Floats:
    return (np.arange(bins) + 0.5) / bins


def brier(counts: Counts) -> Floats:
    """Mean squared distance between score and outcome (Brier 1950), scores at bin centres."""
    at = _centres(counts.shape[3])
    good, bad = counts[:, :, GOOD].sum(axis=1), counts[:, :, BAD].sum(axis=1)
    return ratio(good @ (1 - at) ** 2 + bad @ at**2, labels(counts))


def calibration(counts: Counts, parts: int = 16) -> Floats:
    """Expected calibration error over equal parts of [0, 1]; 0 means scores are probabilities.

    Naeini, Cooper and Hauskrecht (2015): mean |score − share of good|, weighted by cases.
    """
    groups, bins = counts.shape[0], counts.shape[3]
    good, bad = counts[:, :, GOOD].sum(axis=1), counts[:, :, BAD].sum(axis=1)
    believed = ((good + bad) * _centres(bins)).reshape(groups, parts, -1).sum(axis=2)
    happened = good.reshape(groups, parts, -1).sum(axis=2)
    return ratio(np.abs(believed - happened).sum(axis=1), labels(counts))


def score(counts: Counts) -> Floats:
    """Mean score of all cases, known or not."""
    return ratio(counts.sum(axis=(1, 2)) @ _centres(counts.shape[3]), counts.sum(axis=(1, 2, 3)))


def profit(counts: Counts, money: Money) -> Floats:
    """Mean money a known case, in units of one loan: gain and loss of the approved, less labels."""
    good, bad = counts[:, YES, GOOD].sum(axis=1), counts[:, YES, BAD].sum(axis=1)
    earned = good * money.gain - bad * money.loss - (good + bad) * money.label
    return ratio(earned, labels(counts))


def regret(counts: Counts, money: Money) -> Floats:
    """Money a case lost against the best single threshold on the same scores, chosen in hindsight.

    The family is "yes at and above a score", one threshold for each group. It can be negative for a
    policy outside the family that does better.
    """
    good, bad = counts[:, :, GOOD].sum(axis=1), counts[:, :, BAD].sum(axis=1)
    worth = good * (money.gain - money.label) - bad * (money.loss + money.label)
    above = np.cumsum(worth[:, ::-1], axis=1)
    best = np.maximum(above.max(axis=1), 0.0)
    return ratio(best, labels(counts)) - profit(counts, money)


RATES = (approval, precision, recall, false_positive_rate, accuracy, auc, brier, calibration, score)
GAPS = ("approval", "precision", "recall", "false_positive_rate", "score", "calibration")


def with_all(counts: Counts) -> Counts:
    """The same tally with everybody in front of the groups: (1 + groups, ...)."""
    return np.concatenate([counts.sum(axis=0, keepdims=True), counts])


def summary(counts: Counts, money: Money, minimum: int = 1) -> dict[str, Floats]:
    """All yes/no metrics, each (1 + groups,): everybody first, then each group.

    Figures that rest on outcomes are NaN where fewer than `minimum` outcomes are known. Gaps
    (largest less smallest over groups; 0 means equal) stand in the first place.
    """
    counts = with_all(counts)
    known = labels(counts)
    figures = {rate.__name__: rate(counts) for rate in RATES}
    figures |= {"profit": profit(counts, money), "labels": known}
    few = known < max(minimum, 1)
    for name, values in figures.items():
        if name not in ("approval", "score", "labels"):
            values[few] = np.nan
    for name in GAPS:
        figures[f"gap.{name}"] = gap(figures[name])
    return figures


def impressions(counts: Counts, minimum: int = 1) -> dict[str, Floats]:
    """What can be said of things shown, each (1 + groups,): `click_through`, and how good scores
    are as believed probabilities of a click. NaN where fewer than `minimum` answers are known.
    """
    counts = with_all(counts)
    known = labels(counts)
    figures = {"click_through": precision(counts)}
    figures |= {rate.__name__: rate(counts) for rate in (auc, brier, calibration)}
    for values in figures.values():
        values[known < max(minimum, 1)] = np.nan
    figures["gap.click_through"] = gap(figures["click_through"])
    return figures | {"score": score(counts), "labels": known}


def gap(values: Floats) -> Floats:
    """Largest less smallest over the groups (values[1:]), in the first place; 0 means equal."""
    out = np.full(values.shape, np.nan)
    if values.size > 2 and not np.isnan(values[1:]).any():
        out[0] = values[1:].max() - values[1:].min()
    return out
