"""The crossing of a split run: all that phases may ask of everybody, made of one exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from loopsim import exact
from loopsim.crossing import Columns, Crossing, Ints
from loopsim.draws import Draws
from loopsim.population import Population
from loopsim.shards.fetching import Fetching
from loopsim.shards.packing import pack, unpack

T = TypeVar("T")
_DIGIT = 11  # bits of a value that one exchange settles; 2^11 counts cross for them


class Each(list[Any]):
    """One answer for each member, the centre's first; anything else is the answer of all."""


class Split(Crossing):
    """One member's end: the centre, which has no people, or a shard.

    Every member calls `exchange` the same times in the same order. The members before it in id
    order are the shards with lower ids, so what is put together in their order is in the order of
    the ids.
    """

    def exchange(self, what: str, mine: Any, combine: Callable[[list[Any]], Any]) -> Any:
        """Hand in `mine`; the centre combines what all members handed in; get the answer."""
        raise NotImplementedError

    def populate(self, world: Any, draws: Draws) -> Population:
        people: Population = world.populate(draws, self)
        return people

    def counts(self, what: str, *tables: Ints) -> tuple[Ints, ...]:
        packed = self.exchange(what, [pack(table) for table in tables], _added)
        return tuple(unpack(table) for table in packed)

    def total(self, what: str, here: int) -> int:
        return int(self.exchange(what, here, sum))

    def totals(self, what: str, sums: Sequence[int | None]) -> list[int | None]:
        made: list[int | None] = self.exchange(what, list(sums), _exactly)
        return made

    def kth(self, what: str, values: NDArray[np.float64], k: int) -> float:
        """See `Crossing.kth`: digit by digit of the number's bits, by counts of each digit."""
        left = np.ascontiguousarray(values + 0.0).view(np.int64)  # − 0 would come last
        found, shift = 0, 63
        while shift:
            bits = min(_DIGIT, shift)
            shift -= bits
            digit = (left >> shift) & ((1 << bits) - 1)
            (many,) = self.counts(what, np.bincount(digit, minlength=1 << bits))
            upto = np.cumsum(many)
            at = int(np.searchsorted(upto, k, side="right"))
            k -= int(upto[at] - many[at])
            found, left = (found << bits) | at, left[digit == at]
        return float(np.int64(found).view(np.float64))

    def gather(self, what: str, columns: Columns | None, keys: Columns = ()) -> Columns | None:
        mine = None if columns is None else (columns, keys)
        made: Columns | None = self.exchange(what, mine, _stacked)
        return made

    def fetch(
        self, what: str, at: Callable[[int], Ints], size: int, rows: Callable[[Ints], Columns]
    ) -> Columns:
        wanted, way = at(self.total(what, size)), Fetching()
        asked = self.exchange(what, (size, wanted), lambda parts: Each(way.asked(parts)))
        made: Columns = self.exchange(what, rows(asked), lambda parts: Each(way.answers(parts)))
        return made

    def once(self, what: str, work: Callable[[], T]) -> T:
        made: T = self.exchange(what, None, lambda _: work())
        return made


def _added(parts: list[Any]) -> list[Any]:
    tables = ([unpack(table) for table in same] for same in zip(*parts, strict=True))
    return [pack(np.sum(same, axis=0)) for same in tables]


def _exactly(parts: list[Any]) -> list[int | None]:
    return [exact.add(same) for same in zip(*parts, strict=True)]


def _stacked(parts: list[Any]) -> Each:
    """All rows for the centre, ordered by the keys and, where those are equal, by shard."""
    there = [part for part in parts if part is not None]
    nothing: list[Any] = [None] * (len(parts) - 1)
    if not there:
        return Each([None, *nothing])
    columns = [np.concatenate(same) for same in zip(*(c for c, _ in there), strict=True)]
    keys = [np.concatenate(same) for same in zip(*(k for _, k in there), strict=True)]
    order = np.lexsort(keys[::-1])
    return Each([tuple(column[order] for column in columns), *nothing])
