"""The rows of a fit: which cases, with which labels and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.feedback import FAR, unknown
from loopsim.memory import Rows
from loopsim.models.base import Origins

if TYPE_CHECKING:
    from loopsim.scenario import Training

Floats = NDArray[np.float64]
Result = tuple[Any, NDArray[np.int8], Floats | None]


def training_rows(rows: Rows, training: Training, trust: Floats, now: int = 0) -> Result:
    """Features, labels and weights.

    Each kind of feedback has its trust, which multiplies its rows' weights; in a `recency` window
    so does age (rounds up to `now` since the label became known): 0.5^(age/half-life).

    Weights are Horvitz and Thompson's (1952): 1 over the probability that the label was seen, at
    most ``training.max_weight``, not normalised: they add up to about the number of cases that the
    labelled ones stand for.

    Reject inference (Hand and Henley 1993) enters the cases whose label the action hid; an accepted
    one whose label is on its way, or got lost, is no reject. *hard-cutoff* gives it the label that
    the logged score makes likelier; *fuzzy* enters it once as good and once as bad, with the score
    and its complement as weights (Siddiqi 2006, fuzzy augmentation); *reweighting* leaves it out
    and gives each labelled case the weight of all cases in its score decile over the labelled ones,
    at most ``training.max_weight`` (augmentation: Crook and Banasik 2004). A decile without a label
    is represented by nobody.

    Returns
    -------
    features : (m, d) array
    labels : (m,) int8 array of 0 and 1
    weights : (m,) float64 array, or None if all are 1
    """
    known = ~unknown(rows.label)
    aged = recency(rows, getattr(training.window, "half_life", None), now)
    weights = trust[rows.kind] * aged
    if training.weights == "inverse-propensity":
        weights = weights * np.minimum(1.0 / rows.propensity, training.max_weight)
    if training.reject_inference == "hard-cutoff":
        return _hard_cutoff(rows, known, weights, aged)
    if training.reject_inference == "fuzzy":
        return _fuzzy(rows, known, weights, aged, entered(rows, training))
    if training.reject_inference == "reweighting":
        stands_for = np.minimum(_decile_weights(rows.score, known), training.max_weight)
        weights = weights * stands_for
    if known.all():
        return rows.features, rows.label, _unless_one(weights)
    return rows.features[known], rows.label[known], _unless_one(weights[known])


def entered(rows: Rows, training: Training) -> NDArray[np.int64]:
    """(m,) which of `rows` each row of a fit is; the same one may come twice."""
    known = ~unknown(rows.label)
    if training.reject_inference == "hard-cutoff":
        return np.arange(len(rows))
    if training.reject_inference == "fuzzy":
        return np.concatenate([np.flatnonzero(known), *[np.flatnonzero(~known)] * 2])
    return np.flatnonzero(known)


def origins(rows: Rows, training: Training, now: int) -> Origins:
    """Where the rows of a fit in round `now` come from; a reject is known the round after."""
    at = entered(rows, training)
    opened = rows.opened[at].astype(np.int64)
    due = np.where(rows.due[at] < FAR, rows.due[at], opened + 1)
    return Origins(now - opened, due - opened, rows.kind[at])


def recency(rows: Rows, half_life: float | None, now: int) -> Floats:
    """(n,) 0.5^(age/half-life), all 1 without a half-life; a reject is known the round after.

    The weights are not normalised: a row whose label came today is one whole row.
    """
    if half_life is None:
        return np.ones(len(rows))
    age = now - np.where(rows.due < FAR, rows.due, rows.opened + 1)
    return np.asarray(0.5 ** (np.maximum(age, 0) / half_life), dtype=np.float64)


def _unless_one(weights: Floats) -> Floats | None:
    return None if (weights == 1.0).all() else weights


def _hard_cutoff(rows: Rows, known: NDArray[np.bool_], weights: Floats, aged: Floats) -> Result:
    label = np.where(known, rows.label, rows.score >= 0.5).astype(np.int8)
    return rows.features, label, _unless_one(np.where(known, weights, aged))


def _fuzzy(
    rows: Rows, known: NDArray[np.bool_], weights: Floats, aged: Floats, order: NDArray[np.int64]
) -> Result:
    guess = np.repeat([1, 0], (~known).sum())
    label = np.concatenate([rows.label[known], guess]).astype(np.int8)
    score = rows.score[~known]
    weight = np.concatenate([weights[known], score * aged[~known], (1.0 - score) * aged[~known]])
    return rows.features[order], label, _unless_one(weight)


def _decile_weights(score: Floats, known: NDArray[np.bool_]) -> Floats:
    """(n,) how many cases a labelled one stands for, in the score decile of each case."""
    cuts = np.quantile(score, np.linspace(0.1, 0.9, 9))
    part = np.searchsorted(cuts, score)
    everybody = np.bincount(part, minlength=10)
    seen = np.bincount(part[known], minlength=10)
    return (everybody / np.maximum(seen, 1))[part]
