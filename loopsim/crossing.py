"""What crosses between the shards of one run: the one place where phases combine.

A population can be split by ranges of ids over processes or machines. Each shard lives the phases
of a round on its own people. Where a phase needs to know of everybody, it asks the crossing of its
run, and every shard asks the same things in the same order. `WHOLE`, the crossing of a run in one
piece, hands back what it is given; `loopsim.shards` has the one that asks the others.

>>> import numpy as np
>>> WHOLE.total("cases", 3), WHOLE.kth("budget", np.array([0.3, 0.1, 0.2]), 1)
(3, 0.2)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from loopsim.draws import Draws
    from loopsim.population import Population

T = TypeVar("T")
Ints = NDArray[np.int64]
Columns = tuple[NDArray[Any], ...]


class Crossing:
    """The crossing of a run in one piece: everybody is here.

    The first argument of what crosses says what it is for; the traffic is counted by it.

    Attributes
    ----------
    crossed : dict
        What has crossed so far, by what it was for: ``messages, up, down``, the last two in bytes.
    """

    crossed: dict[str, dict[str, int]]

    def __init__(self) -> None:
        self.crossed = {}

    def __deepcopy__(self, memo: Any) -> Crossing:
        return self  # a copy of people or cases is on the same side

    def ids(self, n: int) -> Ints:
        """The ids, of n in all, whose people live here."""
        return np.arange(n, dtype=np.int64)

    def populate(self, world: Any, draws: Draws) -> Population:
        """The people of a world who live here."""
        people: Population = world.populate(draws)
        return people

    def counts(self, what: str, *tables: Ints) -> tuple[Ints, ...]:
        """Sums over the shards of some tables of integers."""
        return tables

    def total(self, what: str, here: int) -> int:
        """The sum of a number over the shards."""
        return here

    def totals(self, what: str, sums: Sequence[int | None]) -> list[int | None]:
        """Exact sums (`loopsim.exact`) over the shards; None where one of them is None."""
        return list(sums)

    def kth(self, what: str, values: NDArray[np.float64], k: int) -> float:
        """The k-th lowest value of all shards, the lowest being the 0th; none is negative."""
        return float(np.partition(values, k)[k])

    def lowest(self, what: str, values: NDArray[np.float64], k: int) -> NDArray[np.bool_]:
        """(n,) whether a value is one of the k lowest of all shards.

        Where others equal the first that is not, all of them are left out.
        """
        if k >= self.total(what, values.size):
            return np.ones(values.size, dtype=np.bool_)
        below: NDArray[np.bool_] = values < self.kth(what, values, k)
        return below

    def gather(self, what: str, columns: Columns | None, keys: Columns = ()) -> Columns | None:
        """The rows of all shards where models are fitted; None everywhere else.

        They come in the order that they have in one piece: by the keys, then by shard.

        Parameters
        ----------
        columns : arrays of one length, or None
            None for no rows.
        keys : arrays of that length
            Ascending in each shard, the first key first.
        """
        return columns

    def fetch(
        self, what: str, at: Callable[[int], Ints], size: int, rows: Callable[[Ints], Columns]
    ) -> Columns:
        """Rows of anybody's table, wherever they live.

        Parameters
        ----------
        at : callable
            Given the number of rows in all, the places of those that are wanted here: as if the
            tables of the shards lay one after the other.
        size : int
            Rows of the table here.
        rows : callable
            The columns of the rows at some places of the table here.
        """
        return rows(at(size))

    def once(self, what: str, work: Callable[[], T]) -> T:
        """What `work` makes of gathered rows; it is done in one place, and known in all."""
        return work()


WHOLE = Crossing()
