"""What a model is, to loopsim: something that fits and then scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Origins:
    """Where the rows of a fit come from; equal-length columns.

    Attributes
    ----------
    age : (n,) int64 array
        Rounds since the decision.
    wait : (n,) int64 array
        Rounds from the decision until its label was known; as long as the age in rows of history.
    kind : (n,) int8 array
        Kind of feedback: 0 the outcome, then the world's signals in their order.
    """

    age: NDArray[np.int64]
    wait: NDArray[np.int64]
    kind: NDArray[np.int8]


class Model(Protocol):
    """The interface between the round and any estimator.

    `fit` returns a NEW fitted model and leaves the receiver as it was, so that a refused candidate
    costs nothing and the champion goes on. Before its first fit a model scores everybody alike.
    `loopsim.testing.models.check_model` checks all of this on a model of yours.

    Four attributes are optional. ``needs_truth = True`` and ``score_truth(probability)`` make an
    oracle; ``incremental = True`` asks for the rows since the last fit only; ``takes_weights =
    False`` says that `fit` raises if it is given weights; with ``needs_origins = True`` it is told
    where the rows come from: ``fit(..., origins=Origins(...))``.
    """

    name: str

    def fit(
        self, features: Any, labels: NDArray[np.int8], weights: Floats | None, random_state: int
    ) -> Model:
        """A model fitted on rows.

        Parameters
        ----------
        features : (n, d) float64 array
            NaN is a missing value, a category is its code.
        labels : (n,) int8 array
            1 good, 0 bad.
        weights : (n,) float64 array or None
            Never dropped in silence.
        random_state : int
            Anything random in the fit is a function of it.

        Raises
        ------
        CannotFit
            If the rows do not allow a model.
        """
        ...

    def score(self, features: Any) -> Floats:
        """(n,) believed probabilities of the good outcome, finite, in [0, 1]."""
        ...

    def save(self, path: Any) -> None:
        """Write the fitted model to `path` in a format that executes nothing when loaded.

        Raises
        ------
        CannotSave
            If no such format can hold it.
        """
        ...

    def load(self, path: Any) -> Model:
        """The fitted model in `path`, with this model's settings.

        Raises
        ------
        RunFolderError
            If the file is not one of `save`, or holds a type that is not trusted.
        """
        ...


class CannotFit(Exception):
    """The training rows do not allow a model; the champion is kept and the event logged.

    A model of your own may raise it from `fit`, with the reason.
    """


class CannotSave(Exception):
    """A fitted model that no safe format can hold; the run goes on without checkpoints."""
