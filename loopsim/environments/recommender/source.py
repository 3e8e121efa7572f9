"""Where users and items come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass
class Users:
    """Some users: (n, f) tastes, (n,) activity with a mean near 1, (n,) group."""

    tastes: Singles
    activity: Singles
    group: NDArray[np.int8]


@dataclass
class Items:
    """The items at the start: (m, f) vectors, (m, d) shares of genres, (m,) quality, creator."""

    vectors: Singles
    attributes: Floats
    bias: Singles
    creator: NDArray[np.int64]


class Source(Protocol):
    """A population of a recommender world.

    Attributes
    ----------
    groups : names of the groups of users
    size : how many users there are where the scenario does not say
    intercept : log-odds of a click on an item of quality 0 that nobody likes or dislikes
    attention : (k,) attention by place over that at the top
    stars : stars of picks, 1 to 5, from their true log-odds and standard normal noise
    """

    groups: tuple[str, ...]
    size: int
    intercept: float
    attention: Floats
    stars: Callable[[Floats, Floats], NDArray[np.int64]]

    def users(self, ids: NDArray[np.int64], draws: Draws) -> Users:
        """The users of these ids, whoever else there is."""
        ...

    def items(self, draws: Draws, sharpness: float) -> Items:
        """The catalogue at the start; `sharpness` is that of an item's genres."""
        ...
