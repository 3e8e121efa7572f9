"""A small market: two kinds of users and of items, and attributes of which one says so."""

import numpy as np
import pytest

from loopsim.slates import Catalogue, Interactions, Visits


class Market:
    users, items, rows = 40, 18, 2500

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        i = np.arange(self.items)
        attributes = np.column_stack([i % 2, rng.normal(size=i.size), rng.normal(size=i.size)])
        self.catalogue = Catalogue(attributes, i % 3, i // 6, np.ones(i.size, bool))
        users, items = (rng.integers(0, n, self.rows) for n in (self.users, self.items))
        self.attributes = np.column_stack([np.arange(self.users) % 2, rng.normal(size=self.users)])
        likes = users % 2 == items % 2
        self.labels = (rng.random(self.rows) < np.where(likes, 0.6, 0.1)).astype(np.int8)
        self.weights = rng.uniform(0.2, 3.0, self.rows)
        self.place = rng.integers(0, 5, self.rows)
        self.interactions = Interactions(
            users, items, self.place, self.attributes[users], self.catalogue
        )

    def visits(self, users, catalogue=None):
        users = np.asarray(users)
        attributes = self.attributes[users % self.users]
        none = np.empty((users.size, 0), dtype=np.int64)
        return Visits(users, attributes, none, catalogue or self.catalogue)

    def everybody(self):
        return self.visits(np.arange(self.users))

    def fit(self, model, weights=None, state=1):
        return model.fit(self.interactions, self.labels, weights, state)

    def scores(self, fitted, users=None, catalogue=None):
        users = np.arange(self.users) if users is None else np.asarray(users)
        return fitted.score(self.visits(users, catalogue)).block(slice(0, users.size))

    def grown(self, more=3):
        old = self.catalogue
        new = old.attributes[:more]
        m = len(old) + more
        return Catalogue(
            np.concatenate([old.attributes, new]), np.zeros(m, int), np.zeros(m, int),
            np.ones(m, bool),
        )  # fmt: skip

    def lead(self, scores):
        """By how much what a user likes scores higher, in standard deviations of all scores."""
        u, i = np.indices(scores.shape)
        likes = (u % 2 == i % 2)[:, : self.items]
        scores = scores[:, : self.items]
        return (scores[likes].mean() - scores[~likes].mean()) / scores.std()


@pytest.fixture
def market():
    return Market()
