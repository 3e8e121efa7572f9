"""Counts as figures of the dashboard: everybody first, then each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Observed = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Counts:
    """Of a world with these groups.

    >>> Counts(("a", "b")).of(np.array([0, 1, 1])), Counts(("a", "b")).alone(7)
    (array([3., 1., 2.]), array([ 7., nan, nan]))
    """

    groups: tuple[str, ...]

    def of(self, group: NDArray[Any]) -> NDArray[np.float64]:
        """(1 + groups,) how many there are, by their groups."""
        each = np.bincount(group, minlength=len(self.groups)).astype(np.float64)
        return np.r_[each.sum(), each]

    def alone(self, value: float) -> NDArray[np.float64]:
        """A figure of everybody that has no groups."""
        return np.r_[float(value), np.full(len(self.groups), np.nan)]
