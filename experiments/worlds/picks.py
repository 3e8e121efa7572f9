"""Recommenders that learn from picks alone: those of Chaney, Stewart and Engelhardt (2018).

Only `loopsim`'s public interfaces are used: `Recommender` and `registry.add`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loopsim.features import Schema
from loopsim.models.ranking.arrays import ArrayModel
from loopsim.models.ranking.factors import LeastSquares
from loopsim.models.ranking.rows import places
from loopsim.models.ranking.scorers import Counts
from loopsim.models.ranking.settings import RecommenderKind
from loopsim.registry import add
from loopsim.slates import Catalogue, Interactions, Visits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Picks(ArrayModel):
    """What was picked so far, and four ways to rank by it. A fit adds the rows since the last one.

    `popularity` scores an item with the picks of everybody and `social` with those of a user's
    connections; `content` fits a user's picks of all items, 0 or 1, on the items' attributes, by
    least squares with no coefficient below 0; `factors` is loopsim's, told of every item that it
    was shown.

    Parameters
    ----------
    by : {"popularity", "social", "content", "factors"}
    factors : int
    """

    incremental = True

    def __init__(self, by: str, factors: int = 20) -> None:
        super().__init__()
        self.name = self.by = by
        self.inner = LeastSquares(factors)

    def learn(
        self, rows: Interactions, labels: NDArray[np.int8], weights: Floats, random_state: int
    ) -> dict[str, NDArray[Any]]:
        """`picks` (users, m) of the `known` users, and what is fitted on them."""
        held = self.learnt.get("picks", np.zeros((0, 0)))
        old = self.learnt.get("known", np.zeros(0, dtype=np.int64))
        known = np.union1d(old, rows.users)
        picks = np.zeros((known.size, len(rows.catalogue)))
        picks[places(known, old), : held.shape[1]] = held
        np.add.at(picks, (places(known, rows.users), rows.items), weights * labels)
        learnt = {"known": known, "picks": picks}
        if self.by == "content":
            learnt["profiles"] = least_squares(rows.catalogue.attributes, picks)
        if self.by == "factors":
            told, answers, weight = _told(known, picks, rows.catalogue)
            learnt |= self.inner.learn(told, answers, weight, random_state)
        return learnt

    def scorer(self, visits: Visits) -> Any:
        """Nothing is known of later users, nor of items that nobody picked: 0."""
        if self.by == "factors":
            return self.inner.having(**self.learnt).scorer(visits)
        return Counts(lambda at: self._scores(visits, at))

    def _scores(self, visits: Visits, at: slice) -> Floats:
        picks, users = self.learnt["picks"], places(self.learnt["known"], visits.users[at])
        scores = np.zeros((users.size, len(visits.catalogue)))
        if self.by == "content":
            profiles = self.learnt["profiles"][users[users >= 0]]
            # By einsum: a library's product rounds by the shape, and ties would not stay ties.
            scores[users >= 0] = np.einsum("nd,md->nm", profiles, visits.catalogue.attributes)
        elif self.by == "social":
            friends = visits.attributes[at, : len(picks)]
            scores[:, : picks.shape[1]] = friends @ picks[: friends.shape[1]]
        else:
            scores[:, : picks.shape[1]] = picks.sum(axis=0)
        return scores


def _told(
    known: Ints, picks: Floats, catalogue: Catalogue
) -> tuple[Interactions, NDArray[np.int8], Floats]:
    """The picks as rows, labels and weights, and for every item a row that is no pick."""
    user, item = np.nonzero(picks)
    every = np.arange(len(catalogue))
    users, items = np.r_[known[user], every * 0 + known[0]], np.r_[item, every]
    labels = (np.arange(users.size) < user.size).astype(np.int8)
    weight = np.r_[picks[user, item], np.ones(every.size)]
    none = np.empty((users.size, 0))
    return Interactions(users, items, items * 0, none, catalogue), labels, weight


def least_squares(attributes: Floats, picks: Floats) -> Floats:
    """(users, d) coefficients from 0 on of each row of picks on the attributes."""
    from scipy.optimize import nnls

    q, r = np.linalg.qr(attributes)
    return np.array([nnls(r, q.T @ row)[0] for row in picks])


@partial(add, "model")
class PicksModel(RecommenderKind):
    """What was picked so far, however often it was shown."""

    kind: Literal["picks"] = "picks"
    by: Literal["popularity", "social", "content", "factors"] = "popularity"
    factors: int = Field(20, ge=1, description="numbers a user and an item, by factors")

    def build(self, schema: Schema) -> Picks:  # type: ignore[override]
        """The unfitted recommender."""
        return Picks(self.by, self.factors)
