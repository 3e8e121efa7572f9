"""Any scikit-learn estimator as a ranker: one row a user and item, scored one by one."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.features import Schema
from loopsim.models import linear
from loopsim.models.base import Floats
from loopsim.models.estimator import EstimatorModel
from loopsim.models.ranking.arrays import with_later_items
from loopsim.models.ranking.beliefs import Clipped, LogOdds
from loopsim.models.ranking.objects import ObjectModel, part
from loopsim.models.ranking.popularity import click_rates
from loopsim.models.ranking.rows import checked_weights
from loopsim.models.ranking.scorers import Factors
from loopsim.models.scores import WrongScore, answered
from loopsim.slates import Catalogue, Interactions, Scorer, Visits

PAIRS = 1 << 18  # rows that the estimator gets at a time
_PRIOR = 20.0  # impressions' worth of the mean in an item's popularity
#: How many columns there are is known at the first fit: until then any number may be named.
_ANY = Schema(tuple(f"column {i}" for i in range(4096)))


class Pointwise(ObjectModel):
    """A classifier or regressor of click on what is known of the user, the item and the place.

    Columns: the user's attributes, the item's, its age (rounds by which it is older than the newest
    item), its popularity (share of clicks at the fit, drawn to the mean) and the position, which is
    0 for everything that is scored. A linear estimator without interactions gives everybody the
    same list. Scoring costs what the estimator costs on users × items rows: logistic regression
    is folded into a matrix product, a forest takes minutes where that takes seconds.

    Parameters
    ----------
    name : str
    estimator : object
        Unfitted; a regressor's answers are cut to [0, 1] where they are read as probabilities.
    """

    def __init__(self, name: str, estimator: Any) -> None:
        super().__init__(name, estimator)
        self._unfitted = EstimatorModel(name, estimator, _ANY)
        self.takes_weights = self._unfitted.takes_weights
        self.fit_warnings: tuple[str, ...] = ()

    def fit(
        self, features: Interactions, labels: NDArray[np.int8], weights: Floats | None,
        random_state: int,
    ) -> Pointwise:  # fmt: skip
        """See `Recommender.fit`."""
        ones = checked_weights(self, labels, weights)
        other: Pointwise = copy.copy(self)
        other.learnt = click_rates(features, labels, ones, _PRIOR)
        columns = np.column_stack(
            [
                features.attributes,
                other._of_items(features.catalogue)[features.items],
                features.position,
            ]
        )
        inner = copy.copy(self._unfitted)
        inner.fitted = self.fitted
        inner = inner.fit(columns, labels, weights, random_state)
        other.fitted, other.fit_warnings = inner.fitted, inner.fit_warnings
        return other

    def _of_items(self, catalogue: Catalogue) -> Floats:
        """(m, d + 2) attributes, age and popularity."""
        rate = with_later_items(self.learnt["rate"], len(catalogue), self.learnt["mean"])
        age = catalogue.born.max() - catalogue.born
        return np.column_stack([catalogue.attributes, age, rate])

    def scorer(self, visits: Visits) -> Scorer:
        """Pair by pair, or at once where that comes to the same."""
        items = self._of_items(visits.catalogue)
        line = linear.folded(self.fitted)
        if line is None:
            return Pairs(self, visits, items)
        slopes, intercept = line
        width = visits.attributes.shape[1]
        users = visits.attributes @ slopes[:width] + intercept
        worth = items @ slopes[width:-1]
        left, right = np.ones((2, users.size)), np.ones((2, worth.size))
        left[0], right[1] = users, worth
        self.check(left[0], "user", visits.users)
        self.check(right[1], "item", np.arange(worth.size))
        return Factors(left.T.astype(np.float32), right.T.astype(np.float32), LogOdds())

    def check(self, scores: NDArray[Any], what: str, ids: NDArray[np.int64]) -> None:
        """PluginError if a score is not a number; `ids` name them in the message."""
        if not np.isfinite(scores).all():
            first = int(np.flatnonzero(~np.isfinite(scores))[0])
            raise self.wrong(f"a score that is no number ({scores[first]}), {what} {ids[first]}")


@dataclass(frozen=True, eq=False)
class Pairs:
    """Asks the estimator about every pair of a block."""

    model: Pointwise
    visits: Visits
    items: Floats

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        visits, m = part(self.visits, at), len(self.items)
        scores = np.empty((len(visits), m), dtype=np.float32)
        step = max(PAIRS // max(m, 1), 1)
        for first in range(0, len(visits), step):
            some = part(visits, slice(first, first + step))
            answers = self._answers(self._columns(some))
            users = np.repeat(some.users, m)
            self.model.check(answers, "user", users)
            scores[first : first + step] = answers.reshape(len(some), m)
        return scores

    def _columns(self, visits: Visits) -> Floats:
        n, m = len(visits), len(self.items)
        users = np.repeat(visits.attributes, m, axis=0)
        return np.column_stack([users, np.tile(self.items, (n, 1)), np.zeros(n * m)])

    def _answers(self, columns: Floats) -> Floats:
        try:
            return answered(self.model.fitted, columns, len(columns))
        except WrongScore as error:
            raise self.model.wrong(str(error)) from error
        except Exception as error:
            said = str(error).split("\n")[0]
            raise self.model.wrong(f"scoring raised {type(error).__name__}: {said}") from error

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return Clipped()(scores)
