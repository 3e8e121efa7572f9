"""Rows that wait to become a segment, in columns that are used again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 8192  # rows transposed at a time: a block of the matrix stays in the cache


class Buffer:
    """Columns of a table under construction.

    What is constant within a round (its number, the version ...) is kept once a round, in `spans`.
    The memory is reused from segment to segment: fresh pages cost more than the copy itself.

    Parameters
    ----------
    types : mapping from name to dtype
        The columns.
    features : int
        Width of the feature matrix, one row a feature.
    constants : int
        How many constants a round has.
    kind : dtype
        Of the features: float32, or int64 where they are ids.
    """

    def __init__(
        self, types: Mapping[str, Any], features: int, constants: int, kind: Any = np.float32
    ) -> None:
        self.rows = 0
        self._columns = {name: np.empty(0, kind) for name, kind in types.items()}
        self._features = np.empty((features, 0), kind)
        self._constants = constants
        self._spans: list[tuple[int, ...]] = []

    def append(
        self, size: int, columns: Mapping[str, Any], features: Any, constants: tuple[Any, ...]
    ) -> None:
        """Copy one round's rows; the caller may overwrite its arrays afterwards.

        Where the last constant is an array, (size,), the rows of each of its values follow one
        another: a round of two versions is two rounds of one, and costs no column.
        """
        if not size:
            return
        *before, last = constants
        if isinstance(last, np.ndarray):
            for value in np.unique(last):
                at = np.flatnonzero(last == value)
                some = {name: values[at] for name, values in columns.items()}
                of_some = None if features is None else features[at]
                self.append(at.size, some, of_some, (*before, int(value)))
            return
        self._reserve(self.rows + size)
        new = slice(self.rows, self.rows + size)
        for name, values in columns.items():
            self._columns[name][new] = values
        if len(self._features):
            _transpose(features, self._features[:, new])
        self._spans.append((*constants, size))
        self.rows += size

    def drop(self, gone: NDArray[np.bool_]) -> None:
        """Take the rows of a mask out; a round without a row left has none of its own."""
        if not gone.any():
            return
        kept, spans = ~gone, self.spans
        starts = np.cumsum(spans[:, -1]) - spans[:, -1]
        spans[:, -1] = np.add.reduceat(kept, starts)
        at = np.flatnonzero(kept)
        for name, column in self._columns.items():
            column[: at.size] = self.column(name)[at]
        self._features[:, : at.size] = self._features[:, : self.rows][:, at]
        self._spans = [tuple(int(x) for x in span) for span in spans if span[-1]]
        self.rows = int(at.size)

    def clear(self) -> None:
        """Forget the rows, keep the memory."""
        self.rows = 0
        self._spans.clear()

    def column(self, name: str) -> NDArray[Any]:
        """(rows,) a column; a view that is good until the buffer is cleared."""
        return self._columns[name][: self.rows]

    def feature(self, j: int) -> NDArray[Any]:
        """(rows,) a feature; a view."""
        return self._features[j, : self.rows]

    def constant(self, j: int) -> NDArray[np.int32]:
        """(rows,) a constant of the rounds, repeated for their rows."""
        spans = self.spans
        return np.repeat(spans[:, j], spans[:, -1]).astype(np.int32)

    @property
    def spans(self) -> NDArray[np.int64]:
        """(rounds with rows, constants + 1): the constants and the number of rows."""
        return np.array(self._spans, dtype=np.int64).reshape(-1, self._constants + 1)

    def _reserve(self, rows: int) -> None:
        room = self._features.shape[1]
        if rows <= room:
            return
        room = max(rows, 2 * room, 1024)
        self._columns = {name: _longer(c, self.rows, room) for name, c in self._columns.items()}
        self._features = _longer(self._features, self.rows, room)

    def state(self) -> dict[str, NDArray[Any]]:
        """The rows, for a checkpoint."""
        columns = {f"column.{name}": self.column(name) for name in self._columns}
        return columns | {"features": self._features[:, : self.rows], "spans": self.spans}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self._columns = {n: state[f"column.{n}"].astype(c.dtype) for n, c in self._columns.items()}
        self._features = state["features"].astype(self._features.dtype)
        self._spans = [tuple(int(x) for x in span) for span in state["spans"]]
        self.rows = self._features.shape[1]


def _longer(old: NDArray[Any], rows: int, room: int) -> NDArray[Any]:
    new = np.empty((*old.shape[:-1], room), old.dtype)
    new[..., :rows] = old[..., :rows]
    return new


def _transpose(matrix: NDArray[np.float64], out: NDArray[Any]) -> None:
    with np.errstate(over="ignore"):  # beyond 3.4e38 a snapshot says infinity
        for start in range(0, len(matrix), _BLOCK):
            block = matrix[start : start + _BLOCK]
            out[:, start : start + len(block)] = block.T
