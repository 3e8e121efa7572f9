"""How many clicks there are at all: the intercept of the law, and attention by place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.recommender.law import Law, some_users
from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.attention import attention
from loopsim.environments.recommender.mechanisms import Position

Floats = NDArray[np.float64]
SLATE = 10
ASSUMED = 0.3  # share of visits to a random slate that end in a click, where nobody knows


def attended(law: Law) -> tuple[Floats, bool]:
    """(k,) attention by place, and whether it was fitted: rank^−0.8 (Chaney) where it was not."""
    if law.position is None:
        return attention(Position(), SLATE), False
    return law.position, True


def intercept_of(law: Law, places: Floats, activity: Floats, draws: Draws) -> tuple[float, bool]:
    """The intercept, and whether it was fitted.

    Without impressions it is the one that gives random slates of ten `ASSUMED` clicks a visit, the
    visitors as active as they are.
    """
    if law.intercept is not None:
        return law.intercept, True
    users = some_users(np.arange(len(law.users)), len(law.items), draws, k=12)
    places = np.pad(places, (0, max(SLATE - places.size, 0)), mode="edge")[:SLATE]
    worth = np.empty((users.size, SLATE))
    for p in range(SLATE):
        u = draws.uniform(Stream.FIT, -1, users, k=20 + p)
        item = (u * len(law.items)).astype(np.int64)
        product = np.einsum("nf,nf->n", law.users[users], law.items[item])
        worth[:, p] = np.exp(product + law.bias[item]) * places[p]
    total, low, high = worth.sum(axis=1), -40.0, 20.0
    while high - low > 1e-6:
        middle = (low + high) / 2.0
        rate = np.average(1.0 - 1.0 / (1.0 + np.exp(middle) * total), weights=activity[users])
        low, high = (middle, high) if rate < ASSUMED else (low, middle)
    return (low + high) / 2.0, False
