"""What one round's visits were shown and did: kept until the round ends, never checkpointed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class Answers:
    """How users answer to (n, k) slates.

    Attributes
    ----------
    items : (n, k) int64
    value, probability : (n, k) float64
        True log-odds of each item, and its chance to be picked from the slate.
    chosen : (n,) int64
        The place that is picked, -1 for none.
    alone : (n, k) int8
        Whether the item would be picked at the top of a slate of its own, by the same draws.
    label : (n, k) int8
        What the log may show.
    """

    items: Ints
    value: Floats
    probability: Floats
    chosen: Ints
    alone: NDArray[np.int8]
    label: NDArray[np.int8]

    @property
    def picks(self) -> NDArray[np.bool_]:
        """(n,) whether anything was picked."""
        return self.chosen >= 0

    @property
    def clicks(self) -> NDArray[np.int8]:
        """(n, k) the pick from the slate: at most one a visit."""
        return (np.arange(self.items.shape[1]) == self.chosen[:, None]).astype(np.int8)

    @property
    def item(self) -> Ints:
        """(n,) the item that is consumed, -1 for none."""
        return np.where(self.picks, self.of_pick(self.items), -1)

    def of_pick(self, values: NDArray[Any]) -> NDArray[Any]:
        """(n,) the entry of an (n, k) array at the pick (at the top where there is none)."""
        place = np.maximum(self.chosen, 0)[:, None]
        return np.take_along_axis(values, place, axis=1)[:, 0]


@dataclass
class Round:
    """One round in the making.

    Attributes
    ----------
    t : int
    rows : (n,) int64
        Users that visit, a row of the population each.
    tastes : (n, f) float32
        As they were when the slates came.
    answers : Answers
    engagement : (n,) float64
        Minutes that a pick would hold its user.
    stars : (n,) int64
        What the pick would be rated, 1 to 5.
    regretted : (n,) bool
        Whether the pick would be regretted later.
    sampled : (s,) int64
        Visits that the costly figures rest on.
    exclude : (s, h) int64
        What those must not be shown.
    """

    t: int
    rows: Ints
    tastes: NDArray[np.float32]
    answers: Answers
    engagement: Floats
    stars: Ints
    regretted: NDArray[np.bool_]
    sampled: Ints
    exclude: Ints
