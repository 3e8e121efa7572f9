"""A recommender of the user's own: any object with `fit`, and `score` or `rank`.

All that such a file needs::

    import numpy as np

    class LastClicked:
        def fit(self, interactions, clicks):
            clicked = clicks == 1
            users, items = interactions.users[clicked], interactions.items[clicked]
            self.creator = dict(zip(users, interactions.catalogue.creator[items]))

        def score(self, visits):
            liked = np.array([self.creator.get(user, -1) for user in visits.users])
            return liked[:, None] == visits.catalogue.creator

It is run with ``model: {kind: recommender-file, path: mine.py, name: LastClicked}`` and
``--code mine.py``.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError, LoopsimError
from loopsim.models import learning
from loopsim.models.base import CannotFit, Floats
from loopsim.models.ranking.beliefs import Belief, LogOdds, platt
from loopsim.models.ranking.objects import ObjectModel, part
from loopsim.models.ranking.rows import checked_weights, spread
from loopsim.slates import Interactions, Visits

CALIBRATED_ON = (
    2048  # rows that turn scores into probabilities: each has the whole catalogue scored
)
BLOCK = 256


class OwnRecommender(ObjectModel):
    """Fits the user's object in place on a copy, and asks it about some visits at a time.

    ``fit(interactions, clicks, sample_weight)`` (the last if it has it) learns; ``score(visits)``
    gives (visits, items) numbers in any unit, or ``rank(visits)`` gives (visits, r) items, best
    first: those it leaves out are all alike. An attribute ``random_state`` that is None is set at
    each fit. What a score means as a probability is learnt from some of the rows (Platt's scaling).

    Parameters
    ----------
    name : str
    unfitted : object

    Raises
    ------
    InputError
        If it lacks a method.
    """

    def __init__(self, name: str, unfitted: Any) -> None:
        super().__init__(name, unfitted)
        if not hasattr(unfitted, "fit"):
            raise InputError(f"model {name}: it needs fit, and score or rank; it has no fit")
        if not (hasattr(unfitted, "score") or hasattr(unfitted, "rank")):
            raise InputError(f"model {name}: it needs fit, and score or rank; it has neither")
        self.takes_weights = learning.weight_name(unfitted, incremental=False) is not None

    def fit(
        self, features: Interactions, labels: NDArray[np.int8], weights: Floats | None,
        random_state: int,
    ) -> OwnRecommender:  # fmt: skip
        """See `Recommender.fit`; whatever else the object raises is a bug of its own."""
        ones = checked_weights(self, labels, weights)
        other: OwnRecommender = copy.copy(self)
        other.fitted = copy.deepcopy(self.unfitted)
        learning.seed(other.fitted, random_state, self.unfitted)
        given = {} if weights is None else {"sample_weight": weights}
        try:
            other.fitted.fit(features, labels.astype(np.int64), **given)
        except (CannotFit, LoopsimError):
            raise
        except Exception as error:
            raise self.wrong(f"fit raised {type(error).__name__}: {error}") from error
        other.learnt = {"belief": other._belief(features, labels, ones)}
        return other

    def _belief(self, rows: Interactions, labels: NDArray[np.int8], weights: Floats) -> Floats:
        few = spread(len(rows), CALIBRATED_ON)
        some = rows[few]
        none = np.empty((few.size, 0), dtype=np.int64)
        answers = Answers(
            self, Visits(some.users, some.attributes, none, some.catalogue), LogOdds()
        )
        scores = np.empty(few.size)
        for first in range(0, few.size, BLOCK):
            at = slice(first, min(first + BLOCK, few.size))
            scores[at] = np.take_along_axis(answers.block(at), some.items[at, None], axis=1)[:, 0]
        return platt(scores, labels[few], weights[few])

    def scorer(self, visits: Visits) -> Answers:
        """Block by block."""
        return Answers(self, visits, LogOdds(*self.learnt["belief"].tolist()))


@dataclass(frozen=True, eq=False)
class Answers:
    """What the user's object says, checked."""

    model: OwnRecommender
    visits: Visits
    belief: Belief

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`; PluginError names the model whose answer cannot be used."""
        some, fitted = part(self.visits, at), self.model.fitted
        method = "score" if hasattr(fitted, "score") else "rank"
        try:
            given = np.asarray(getattr(fitted, method)(some))
        except Exception as error:
            said = f"{method} raised {type(error).__name__}: {error}"
            raise self.model.wrong(said) from error
        return self._scores(given, some) if method == "score" else self._ranks(given, some)

    def _scores(self, given: NDArray[Any], visits: Visits) -> NDArray[np.float32]:
        shape = (len(visits), len(visits.catalogue))
        if given.shape != shape or given.dtype.kind not in "fiub":
            said = f"score gave shape {given.shape} of {given.dtype}, not {shape} of numbers"
            raise self.model.wrong(said)
        with np.errstate(over="ignore"):
            scores = given.astype(np.float32)
        if not np.isfinite(scores).all():
            row, item = np.argwhere(~np.isfinite(scores))[0]
            said = f"user {visits.users[row]}, item {item}: {given[row, item]}"
            raise self.model.wrong(f"score gave what is no finite number in float32, {said}")
        return scores

    def _ranks(self, given: NDArray[Any], visits: Visits) -> NDArray[np.float32]:
        n, m = len(visits), len(visits.catalogue)
        if given.ndim != 2 or given.shape[0] != n or given.dtype.kind not in "iu":
            said = f"rank gave shape {given.shape} of {given.dtype}, not ({n}, r) of items"
            raise self.model.wrong(said)
        if given.size and not (given.min() >= 0 and given.max() < m):
            raise self.model.wrong(f"rank gave an item that is not one of 0 .. {m - 1}")
        ordered = np.sort(given, axis=1)
        if (ordered[:, 1:] == ordered[:, :-1]).any():
            raise self.model.wrong("rank gave an item twice to the same visit")
        scores = np.zeros((n, m), dtype=np.float32)
        place = np.arange(given.shape[1], 0, -1, dtype=np.float32)
        np.put_along_axis(scores, given.astype(np.int64), place[None], axis=1)
        return scores

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return self.belief(scores)
