"""The rows of a fit: which cases, with which labels and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.feedback import UNKNOWN
from loopsim.memory import Rows

if TYPE_CHECKING:
    from loopsim.scenario import Training

Floats = NDArray[np.float64]
Result = tuple[Any, NDArray[np.int8], Floats | None]


def training_rows(rows: Rows, training: Training, trust: Floats) -> Result:
    """Features, labels and weights.

    Each kind of feedback has its trust, which multiplies its rows' weights.

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
    known = rows.label != UNKNOWN
    weights = trust[rows.kind]
    if training.weights == "inverse-propensity":
        weights = weights * np.minimum(1.0 / rows.propensity, training.max_weight)
    if training.reject_inference == "hard-cutoff":
        return _hard_cutoff(rows, known, weights)
    if training.reject_inference == "fuzzy":
        return _fuzzy(rows, known, weights)
    if training.reject_inference == "reweighting":
        stands_for = np.minimum(_decile_weights(rows.score, known), training.max_weight)
        weights = weights * stands_for
    if known.all():
        return rows.features, rows.label, _unless_one(weights)
    return rows.features[known], rows.label[known], _unless_one(weights[known])


def _unless_one(weights: Floats) -> Floats | None:
    return None if (weights == 1.0).all() else weights


def _hard_cutoff(rows: Rows, known: NDArray[np.bool_], weights: Floats) -> Result:
    label = np.where(known, rows.label, rows.score >= 0.5).astype(np.int8)
    return rows.features, label, _unless_one(np.where(known, weights, 1.0))


def _fuzzy(rows: Rows, known: NDArray[np.bool_], weights: Floats) -> Result:
    order = np.concatenate([np.flatnonzero(known), *[np.flatnonzero(~known)] * 2])
    guess = np.repeat([1, 0], (~known).sum())
    label = np.concatenate([rows.label[known], guess]).astype(np.int8)
    score = rows.score[~known]
    weight = np.concatenate([weights[known], score, 1.0 - score])
    return rows.features[order], label, _unless_one(weight)


def _decile_weights(score: Floats, known: NDArray[np.bool_]) -> Floats:
    """(n,) how many cases a labelled one stands for, in the score decile of each case."""
    cuts = np.quantile(score, np.linspace(0.1, 0.9, 9))
    part = np.searchsorted(cuts, score)
    everybody = np.bincount(part, minlength=10)
    seen = np.bincount(part[known], minlength=10)
    return (everybody / np.maximum(seen, 1))[part]
