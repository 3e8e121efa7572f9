"""What a model is, to loopsim: something that fits and then scores."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Model(Protocol):
    """The interface between the round and any estimator.

    `fit` returns a NEW fitted model and leaves the receiver as it was, so that a refused candidate
    costs nothing and the champion goes on.
    """

    name: str

    def fit(
        self, features: Any, labels: NDArray[np.int8], weights: Floats | None, random_state: int
    ) -> Model:
        """A model fitted on rows; raises `CannotFit` if the rows do not allow one."""
        ...

    def score(self, features: Any) -> Floats:
        """(n,) believed probabilities of the good outcome, finite, in [0, 1]."""
        ...

    def save(self, path: Any) -> None:
        """Write the fitted model to `path` in a format that executes nothing when loaded."""
        ...

    def load(self, path: Any) -> Model:
        """The fitted model in `path`, with this model's settings."""
        ...


class CannotFit(Exception):
    """The training rows do not allow a model; the champion is kept and the event logged."""


class CannotSave(Exception):
    """A fitted model that no safe format can hold; the run goes on without checkpoints."""
