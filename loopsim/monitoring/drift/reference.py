"""What is usual: the rows that the newest ones are held against."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.monitoring.sample import thinned

Floats = NDArray[np.float64]


class Reference:
    """The usual rows.

    Parameters
    ----------
    against : {"fitted", "start", "trailing"}
        ``fitted``: what the live version was fitted on. ``start``: the first `window` rounds that
        the live version served. ``trailing``: the last `window` rounds.
    window : int
        Rounds.
    size : int
        Rows kept of what a version was fitted on.
    by_version : bool
        Whether another version makes these values incomparable (scores) or not (features).
    """

    def __init__(self, against: str, window: int, size: int, width: int, by_version: bool) -> None:
        self.against, self.window, self.size = against, window, size
        self.by_version = by_version
        self._fitted = np.empty((0, width))
        self._rounds: list[Floats] = []

    def refer(self, rows: Floats) -> None:
        """A version went live that was fitted on these rows."""
        if self.against == "fitted":
            self._fitted = np.array(thinned(rows, self.size), dtype=float)
        if self.against == "start" or self.by_version:
            self._rounds = []

    def rows(self) -> Floats:
        """(n, width) the usual rows; none before there are any, or rounds enough."""
        needed = self.window if self.against == "start" else 1
        if len(self._rounds) < needed:
            return self._fitted
        return np.concatenate(self._rounds)

    def add(self, rows: Floats) -> None:
        """One round's rows, once they have been held against what was usual before."""
        if self.against == "fitted" or not len(rows):
            return
        if self.against == "start" and len(self._rounds) == self.window:
            return
        self._rounds = [*self._rounds, rows][-self.window :]

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        rows = np.concatenate([self._fitted[:0], *self._rounds])
        ends = np.cumsum([len(block) for block in self._rounds], dtype=np.int64)
        return {"fitted": self._fitted, "rounds": rows, "ends": ends}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self._fitted = state["fitted"]
        self._rounds = np.split(state["rounds"], state["ends"])[:-1]
