"""From scores in any unit to believed probabilities of a click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats


class Belief(Protocol):
    """A function that never falls where scores rise, with values in [0, 1]."""

    def __call__(self, scores: NDArray[Any]) -> Floats:
        """The probability that each score stands for."""
        ...


@dataclass(frozen=True)
class Clipped:
    """Scores that are probabilities already, but for those that overshoot."""

    def __call__(self, scores: NDArray[Any]) -> Floats:
        """See `Belief`."""
        return np.clip(scores, 0.0, 1.0, dtype=np.float64)


@dataclass(frozen=True)
class LogOdds:
    """1/(1 + exp(−(slope · score + intercept))): Platt's scaling (1999), slope >= 0."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, scores: NDArray[Any]) -> Floats:
        """See `Belief`."""
        odds = self.slope * scores.astype(np.float64) + self.intercept
        half = np.exp(-np.abs(odds))
        return np.where(odds >= 0, 1.0, half) / (1.0 + half)


def platt(scores: NDArray[Any], labels: NDArray[np.int8], weights: Floats) -> Floats:
    """(2,) slope and intercept of the `LogOdds` that fit the answers of some rows best.

    A model that has seen the rows is surer of them than of others, so its beliefs are too bold. A
    slope below 0, of a model whose scores go the wrong way, becomes 0.
    """
    from sklearn.linear_model import LogisticRegression

    scores = np.asarray(scores, dtype=np.float64)
    mean, width = float(scores.mean()), float(scores.std()) or 1.0
    if np.unique(labels).size < 2:
        clicks = float(labels.sum())
        return np.array([0.0, np.log((clicks + 1.0) / (labels.size - clicks + 1.0))])
    fit = LogisticRegression().fit((scores[:, None] - mean) / width, labels, weights)
    slope = max(float(fit.coef_[0, 0]), 0.0) / width
    return np.array([slope, float(fit.intercept_[0]) - slope * mean])
