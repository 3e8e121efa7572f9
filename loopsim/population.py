"""Columns with stable ids: the many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.crossing import WHOLE, Crossing


class Population:
    """Equal-length columns, one row an entity.

    A *row* is a position in the columns; an *id* is the entity's own number, never reused, and the
    key of its draws. They differ once entities join or a population is split over machines.

    >>> people = Population(np.arange(3), score=np.array([600.0, 650.0, 700.0]))
    >>> people["score"][people.rows([2])]
    array([700.])
    """

    def __init__(self, ids: NDArray[np.int64], **columns: NDArray[Any]) -> None:
        self.ids = np.ascontiguousarray(ids, dtype=np.int64)
        self._columns: dict[str, NDArray[Any]] = {}
        #: A few numbers of the world itself, not one a row: a group's refusal rate, a price.
        self.world: dict[str, NDArray[Any]] = {}
        #: To the people of the other shards, if there are any.
        self.crossing: Crossing = WHOLE
        for name, values in columns.items():
            self[name] = values

    def __len__(self) -> int:
        return int(self.ids.size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        try:
            return self._columns[name]
        except KeyError:
            raise KeyError(f"no column {name!r}; there are {sorted(self._columns)}") from None

    def __setitem__(self, name: str, values: NDArray[Any]) -> None:
        values = np.ascontiguousarray(values)
        if values.shape[:1] != self.ids.shape:
            raise ValueError(f"column {name!r} has {values.shape[:1]} rows, not {self.ids.shape}")
        self._columns[name] = values

    def rows(self, ids: Any) -> NDArray[np.int64]:
        """The rows of some ids (ids ascend within a population)."""
        return np.searchsorted(self.ids, np.asarray(ids, dtype=np.int64))

    def join(self, ids: NDArray[np.int64], **columns: NDArray[Any]) -> None:
        """Append newcomers; their ids must be above every id so far."""
        ids = np.asarray(ids, dtype=np.int64)
        if len(self) and ids.size and ids.min() <= self.ids[-1]:
            raise ValueError(f"id {ids.min()} is not above {self.ids[-1]}: ids are never reused")
        if set(columns) != set(self._columns):
            raise ValueError(f"newcomers need exactly the columns {sorted(self._columns)}")
        self.ids = np.concatenate([self.ids, ids])
        for name, values in columns.items():
            self[name] = np.concatenate([self._columns[name], values])

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything, as arrays, for a checkpoint."""
        columns = {f"column.{name}": c for name, c in self._columns.items()}
        world = {f"world.{name}": np.asarray(c) for name, c in self.world.items()}
        return {"ids": self.ids, **columns, **world}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self.ids = state["ids"]
        self._columns = _part(state, "column.")
        self.world = _part(state, "world.")


def _part(state: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
