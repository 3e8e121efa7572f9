"""A model that is not shown some columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.features import Schema
from loopsim.models.base import Floats, Model
from loopsim.settings import Kind


class Blindfolded:
    """Any model behind a blindfold: it fits and scores the columns that are left.

    Whatever else the model has (``incremental``, ``takes_weights`` ...) is its own.

    Parameters
    ----------
    model : Model
        Built for the schema of the columns that are left.
    at : (k,) int array
        Where these stand in the matrices that come in.
    """

    def __init__(self, model: Model, at: NDArray[np.intp]) -> None:
        self.model, self.at, self.name = model, at, model.name

    def fit(
        self,
        features: Any,
        labels: NDArray[np.int8],
        weights: Floats | None,
        random_state: int,
        **more: Any,
    ) -> Model:
        """See `Model.fit`."""
        fitted = self.model.fit(features[:, self.at], labels, weights, random_state, **more)
        return Blindfolded(fitted, self.at)

    def score(self, features: Any) -> Floats:
        """See `Model.score`."""
        return self.model.score(features[:, self.at])

    def score_drawn(self, features: Any, draws: Any, t: int) -> Floats:
        """The same of a model that draws (``needs_draws``)."""
        scores: Floats = self.model.score_drawn(features[:, self.at], draws, t)  # type: ignore[attr-defined]
        return scores

    def save(self, path: Any) -> None:
        """See `Model.save`."""
        self.model.save(path)

    def load(self, path: Any) -> Model:
        """See `Model.load`."""
        return Blindfolded(self.model.load(path), self.at)

    def __getattr__(self, name: str) -> Any:
        if name == "model":  # not there yet while it is being copied
            raise AttributeError(name)
        return getattr(self.model, name)


def build(kind: Kind, schema: Schema, hidden: tuple[str, ...]) -> Model:
    """The model of some settings; where columns are hidden, built and used without them."""
    seen = schema.without(hidden)
    model: Model = kind.build(seen)
    return model if len(seen) == len(schema) else Blindfolded(model, schema.places(seen))
