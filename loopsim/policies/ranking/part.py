"""Some visits of a round with their scores: what is ranked at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.errors import PluginError
from loopsim.parts import in_parts
from loopsim.policies.ranking import kernels
from loopsim.slates import Visits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

SCORES = 1 << 25  # scored at a time: 128 MB
ROWS = 64  # visits ranked at a time


@dataclass(frozen=True)
class Part:
    """Rows `at` of the visits of a round.

    Attributes
    ----------
    cases, draws : the round's
    at : slice
    scores : (b, m) array
        The policy may overwrite it.
    """

    cases: Cases
    draws: Draws
    at: slice
    scores: NDArray[np.float32]

    @property
    def visits(self) -> Visits:
        """All visits of the round."""
        visits: Visits = self.cases.features
        return visits

    @property
    def available(self) -> Mask:
        """(m,) what may be shown."""
        return self.visits.catalogue.available

    @property
    def ids(self) -> Ints:
        """(b,) ids of the visits."""
        return self.cases.ids[self.at]

    @property
    def exclude(self) -> Ints:
        """(b, h) what each must not be shown."""
        return self.visits.exclude[self.at]

    def keys(self, k: int) -> tuple[np.uint64, np.uint64]:
        """Keys of the policy's k-th kind of draw."""
        return self.draws.keys(Stream.EXPLORE, self.cases.round, k=k)

    def values(self, items: Ints) -> NDArray[np.float32]:
        """Scores of (b, c) items; those of -1 mean nothing."""
        return np.take_along_axis(self.scores, items, axis=1)

    def best(self, k: int, wanted: int) -> Ints:
        """(b, k) items of the highest scores, best first; -1 where there are no more.

        Raises
        ------
        PluginError
            If fewer than the `wanted` ones, which there are, have a score that is a number.
        """
        items = np.empty((self.scores.shape[0], k), dtype=np.int64)
        kernels.best(self.scores, self.available, self.exclude, self.ids, items)
        if (items[:, :wanted] < 0).any():
            raise not_numbers()
        return items

    def filled(
        self,
        order: Ints,
        explore: float,
        given: Ints | None = None,
        fresh: Mask | None = None,
        reserved: int = 0,
    ) -> tuple[Ints, Floats]:
        """Slates and propensities from (b, k) items in order, or of `given` slates.

        See `kernels.filled`.
        """
        if explore == 0.0 and reserved == 0 and given is None:
            return order, np.ones(order.shape)
        items = np.empty_like(order) if given is None else given
        chances = np.empty(order.shape)
        fresh = np.zeros(self.available.size, dtype=np.bool_) if fresh is None else fresh
        keys = (self.keys(0), self.keys(1), self.keys(2))
        kernels.filled(
            order, self.available, self.exclude, self.ids, explore, fresh, reserved, keys,
            given is not None, items, chances,
        )  # fmt: skip
        return items, chances

    def possible(self, items: Ints) -> Mask:
        """(b, k) whether an item can be in its place: to be shown, and not shown above."""
        barred = (items[:, :, None] == self.exclude[:, None, :]).any(axis=2)
        above = np.tril(np.ones((items.shape[1],) * 2, dtype=np.bool_), -1)
        again = ((items[:, :, None] == items[:, None, :]) & above).any(axis=2)
        fine = self.available[items] & ~barred & ~again
        return np.asarray(np.logical_and.accumulate(fine, axis=1))


def blocks(cases: Cases, draws: Draws) -> Iterator[Part]:
    """The round's visits, scored block by block; of a size that depends on the catalogue alone."""
    m = len(cases.features.catalogue)
    size = max(ROWS, min(1024, SCORES // max(m, 1)))
    for start in range(0, len(cases), size):
        at = slice(start, min(start + size, len(cases)))
        scores = np.asarray(cases.scores.block(at))
        wanted = (at.stop - start, m)
        if scores.shape != wanted:
            found = f"block() gave scores of shape {scores.shape}, not {wanted} (visits, items)"
            raise PluginError("model", found, version=cases.version, round=cases.round)
        if scores.dtype not in (np.float32, np.float64):
            scores = scores.astype(np.float64)  # whole numbers know no −∞ to start from
        yield Part(cases, draws, at, scores)


def side_by_side(block: Part, rank: Callable[[Part], None]) -> None:
    """Rank the block a few rows at a time, on all processors."""
    start = block.at.start

    def some(at: slice) -> None:
        rows = slice(start + at.start, start + at.stop)
        rank(Part(block.cases, block.draws, rows, block.scores[at]))

    in_parts(len(block.scores), some, ROWS)


def not_numbers() -> PluginError:
    """What a policy says of scores that cannot be compared."""
    return PluginError("model", "scores that are not finite numbers", version=None, round=None)
