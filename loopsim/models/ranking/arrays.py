"""Recommenders whose whole knowledge is a few arrays: saved as such, loaded without any code."""

from __future__ import annotations

import copy
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import RunFolderError
from loopsim.models.base import CannotSave, Floats
from loopsim.models.ranking.rows import checked_weights
from loopsim.models.ranking.scorers import SameForAll
from loopsim.slates import Interactions, Scorer, Visits

Own = TypeVar("Own", bound="ArrayModel")
Learnt = dict[str, NDArray[Any]]


class ArrayModel:
    """What such models share: they say what they `learn` and how that scores (`scorer`).

    Attributes
    ----------
    learnt : dict of arrays
        Empty before the first fit.
    takes_weights : bool
    """

    name = "arrays"
    takes_weights = True

    def __init__(self) -> None:
        self.learnt: Learnt = {}

    def learn(
        self, rows: Interactions, labels: NDArray[np.int8], weights: Floats, random_state: int
    ) -> Learnt:
        """What the rows teach; some are clicked and some are not."""
        raise NotImplementedError

    def scorer(self, visits: Visits) -> Scorer:
        """The scores of a fitted model."""
        raise NotImplementedError

    def fit(
        self: Own,
        features: Interactions,
        labels: NDArray[np.int8],
        weights: Floats | None,
        random_state: int,
    ) -> Own:
        """See `Recommender.fit`."""
        weights = checked_weights(self, labels, weights)
        return self.having(**self.learn(features, labels, weights, random_state))

    def score(self, features: Visits) -> Scorer:
        """See `Recommender.score`."""
        if not self.learnt:
            return SameForAll(np.full(len(features.catalogue), 0.5))
        return self.scorer(features)

    def having(self: Own, **learnt: NDArray[Any]) -> Own:
        """A copy of this model that knows these arrays."""
        other = copy.copy(self)
        other.learnt = learnt
        return other

    def save(self, path: Any) -> None:
        """Write the arrays (NumPy's own format, no pickles)."""
        if not self.learnt:
            raise CannotSave(f"{self.name}: it has not been fitted")
        self.write(path, self.learnt)

    def write(self, path: Any, arrays: Learnt) -> None:
        """Arrays under the model's name; nothing of it depends on the time of day."""
        with open(path, "wb") as file:
            np.savez(file, allow_pickle=False, model=np.array(self.name), **arrays)  # type: ignore[arg-type]

    def load(self: Own, path: Any) -> Own:
        """Read what `save` wrote; RunFolderError if it is of another model."""
        try:
            with np.load(path, allow_pickle=False) as found:
                learnt = dict(found)
        except (ValueError, OSError, EOFError, KeyError, TypeError) as error:
            raise RunFolderError(f"{path}: no arrays of a model: {error}") from error
        if str(learnt.pop("model", "")) != self.name:
            raise RunFolderError(f"{path}: not a model of the kind {self.name}")
        return self.having(**learnt)


def with_later_items(known: NDArray[Any], items: int, filler: Any) -> NDArray[Any]:
    """Rows of items as known at the fit, and `filler` for each that came after it."""
    if known.shape[0] >= items:
        return known
    later = np.broadcast_to(filler, (items - known.shape[0], *known.shape[1:]))
    return np.concatenate([known, later.astype(known.dtype)])
