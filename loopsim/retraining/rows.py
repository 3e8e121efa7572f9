"""The rows of a fit: which cases, with which labels and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.memory import Rows

if TYPE_CHECKING:
    from loopsim.scenario import Training

Floats = NDArray[np.float64]
Result = tuple[Any, NDArray[np.int8], Floats | None]


def training_rows(rows: Rows, training: Training, model: Any) -> Result:
    """Features, labels and weights.

    Weights are Horvitz and Thompson's (1952) 1/propensity, at most ``training.max_weight``. Reject
    inference enters the unlabelled rows: *hard-cutoff* with the label that the logged score makes
    likelier, *fuzzy* once as good and once as bad with the score's weights, *reweighting* by
    giving labelled rows the weight of all rows in their score decile (Crook and Banasik 2004).
    """
    known = rows.label < 2
    weights = np.ones(len(rows))
    if training.weights == "inverse-propensity":
        weights = np.minimum(1.0 / rows.propensity, training.max_weight)
    if training.reject_inference == "hard-cutoff":
        label = np.where(known, rows.label, rows.score >= 0.5).astype(np.int8)
        return rows.features, label, _unless_one(weights)
    if training.reject_inference == "fuzzy":
        return _fuzzy(rows, known, weights)
    if training.reject_inference == "reweighting":
        weights = weights * _decile_weights(rows.score, known)
    return rows.features[known], rows.label[known], _unless_one(weights[known])


def _unless_one(weights: Floats) -> Floats | None:
    return None if (weights == 1.0).all() else weights


def _fuzzy(rows: Rows, known: NDArray[np.bool_], weights: Floats) -> Result:
    unknown = ~known
    features = np.concatenate([rows.features[known], *[rows.features[unknown]] * 2])
    guess = np.repeat([1, 0], unknown.sum())
    label = np.concatenate([rows.label[known], guess]).astype(np.int8)
    share = np.concatenate([rows.score[unknown], 1.0 - rows.score[unknown]])
    return features, label, np.concatenate([weights[known], share])


def _decile_weights(score: Floats, known: NDArray[np.bool_]) -> Floats:
    cuts = np.quantile(score, np.linspace(0.1, 0.9, 9))
    part = np.searchsorted(cuts, score)
    everybody = np.bincount(part, minlength=10)
    seen = np.bincount(part[known], minlength=10)
    return (everybody / np.maximum(seen, 1))[part]
