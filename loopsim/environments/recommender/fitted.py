"""Users and items that `loopsim calibrate recommender` fitted; see `tastes`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.source import Items, Users
from loopsim.environments.recommender.stars import StarLaw, of_utility
from loopsim.environments.recommender.tastes import Tastes


class FittedSource:
    """See `Source`: users are those of the file in its order, further ones are drawn from it."""

    def __init__(self, path: str) -> None:
        self.made = Tastes.load(path)
        self.groups = tuple(map(str, self.made.groups))
        self.size = len(self.made.users)
        self.intercept = float(self.made.intercept)
        self.attention = self.made.position / float(self.made.position[0]) * 1.0
        self.attention = self.attention.astype(np.float64)
        law = self.made.stars
        self.stars = of_utility if law is None else StarLaw(float(law[0]), law[1:])

    def users(self, ids: NDArray[np.int64], draws: Draws) -> Users:
        """Rows of the file by id; beyond them any row, each equally likely."""
        made = self.made
        any_ = (draws.uniform(Stream.PEOPLE, -1, ids) * self.size).astype(np.int64)
        row = np.where(ids < self.size, ids, any_)
        activity = made.activity / made.activity.mean()
        return Users(made.users[row], activity[row], made.user_group[row])

    def items(self, draws: Draws, sharpness: float) -> Items:
        """The items of the file."""
        made = self.made
        attributes = made.item_attributes.astype(np.float64)
        attributes[attributes.sum(axis=1) == 0.0] = 1.0
        attributes /= attributes.sum(axis=1, keepdims=True)
        return Items(made.items, attributes, made.item_bias, made.creator)
