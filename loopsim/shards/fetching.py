"""Rows of other members' tables: who is asked for what, and whose the answers are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Fetching:
    """One fetch on its way through the centre.

    >>> way = Fetching()
    >>> asked = way.asked([(2, np.array([3])), (2, np.array([0, 3, 1]))])
    >>> [places.tolist() for places in asked]
    [[0, 1], [1, 1]]
    >>> way.answers([(np.array([10, 11]),), (np.array([13, 13]),)])
    [(array([13]),), (array([10, 13, 11]),)]
    """

    def __init__(self) -> None:
        self._owners: list[Ints] = []

    def asked(self, parts: list[tuple[int, Ints]]) -> list[Ints]:
        """For each member the places in its own table that the members want, one after the other.

        Parameters
        ----------
        parts : list of (int, (m,) int64 array)
            Each member's number of rows, and the places that it wants in all tables end to end.
        """
        ends = np.cumsum([size for size, _ in parts])
        starts = ends - [size for size, _ in parts]
        self._owners = [np.searchsorted(ends, wanted, side="right") for _, wanted in parts]
        return [
            np.concatenate(
                [
                    wanted[owner == member] - starts[member]
                    for (_, wanted), owner in zip(parts, self._owners, strict=True)
                ]
            )
            for member in range(len(parts))
        ]

    def answers(self, parts: list[tuple[NDArray[Any], ...]]) -> list[tuple[NDArray[Any], ...]]:
        """For each member the rows that it wanted, in its order."""
        used, out = [0] * len(parts), []
        for owner in self._owners:
            pieces = []
            for member, columns in enumerate(parts):
                start = used[member]
                used[member] += int(np.count_nonzero(owner == member))
                pieces.append([column[start : used[member]] for column in columns])
            back = np.argsort(np.argsort(owner, kind="stable"))
            stacked = (np.concatenate(same) for same in zip(*pieces, strict=True))
            out.append(tuple(column[back] for column in stacked))
        return out
