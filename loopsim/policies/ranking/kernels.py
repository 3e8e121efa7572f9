"""Compiled passes over blocks of scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled, uniform
from loopsim.slates import SLOTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ITEMS = 26  # bits of an item in the id of a (visit, item)
_ORDER = (np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0x2545F4914F6CDD1D))


@compiled
def bar(exclude: Ints, r: int, mark: NDArray[np.int32], available: NDArray[np.bool_]) -> int:
    """Mark what row `r` must not be shown; return how many available items that takes away."""
    gone = 0
    for item in exclude:
        if 0 <= item < mark.size and mark[item] != r:
            mark[item] = r
            gone += int(available[item])
    return gone


@compiled
def excluded(exclude: Ints, available: NDArray[np.bool_], out: Ints) -> None:
    """Row by row, how many different available items are excluded."""
    mark = np.full(available.size, -1, dtype=np.int32)
    for r in range(exclude.shape[0]):
        out[r] = bar(exclude[r], r, mark, available)


@compiled
def best(
    scores: NDArray[Any], available: NDArray[np.bool_], exclude: Ints, ids: Ints, items: Ints
) -> None:
    """Row by row the highest scores that may be shown, best first, into `items` (b, k).

    Equal scores are put in an order that is a visitor's own: a hash of the visit's id and the
    item. A place for which there is no item gets -1.
    """
    k = items.shape[1]
    held, order = np.empty(k, scores.dtype), np.empty(k)
    mark = np.full(available.size, -1, dtype=np.int32)
    for r in range(scores.shape[0]):
        bar(exclude[r], r, mark, available)
        items[r, :], held[:], order[:] = -1, -np.inf, -1.0
        worst = held[k - 1]
        for item in range(scores.shape[1]):
            s = scores[r, item]
            # One comparison settles nearly every item; only a candidate is looked at closely.
            if s >= worst and available[item] and mark[item] != r:
                u = uniform((ids[r] << ITEMS) + item, _ORDER[0], _ORDER[1])
                if s == worst and u <= order[k - 1]:
                    continue
                j = k - 1
                while j > 0 and (held[j - 1] < s or (held[j - 1] == s and order[j - 1] < u)):
                    held[j], order[j], items[r, j] = held[j - 1], order[j - 1], items[r, j - 1]
                    j -= 1
                held[j], order[j], items[r, j] = s, u, item
                worst = held[k - 1]


@compiled
def filled(
    order: Ints, available: NDArray[np.bool_], exclude: Ints, ids: Ints, explore: float,
    fresh: NDArray[np.bool_], reserved: int, keys: Any, given: bool, items: Ints,
    propensities: Floats,
) -> None:  # fmt: skip
    """Fill each place: by chance, from the fresh items if it is reserved, or the first left.

    With probability `explore` a place gets any item that is left; otherwise one of the last
    `reserved` places gets any of the `fresh` items left, if there is one; otherwise the place gets
    the first of its row of `order` (b, k) that is not shown yet. A propensity is that of the item
    in its place, given the places above. `keys` are three pairs: the coin, the item, the fresh one.
    If `given`, `items` are filled in already, and only their propensities are asked for.
    """
    pool, young = np.flatnonzero(available), np.flatnonzero(fresh)
    mark = np.full(available.size, -1, dtype=np.int32)
    k = order.shape[1]
    for r in range(order.shape[0]):
        left = pool.size - bar(exclude[r], r, mark, available)
        new = 0
        if reserved > 0:
            for item in young:
                new += int(mark[item] != r)
        first = 0
        for j in range(k):
            top = -1
            if explore < 1.0:
                while mark[order[r, first]] == r:
                    first += 1
                top = order[r, first]
            held = j >= k - reserved and new > 0
            i = ids[r] * SLOTS + j
            if given:
                chosen = items[r, j]
            elif uniform(i, keys[0][0], keys[0][1]) < explore:
                chosen = _any(pool, mark, r, i, keys[1])
            elif held:
                chosen = _any(young, mark, r, i, keys[2])
            else:
                chosen = top
            sure = fresh[chosen] / new if held else 1.0 * (chosen == top)
            items[r, j] = chosen
            propensities[r, j] = explore / left + (1.0 - explore) * sure
            mark[chosen] = r
            left -= 1
            new -= int(fresh[chosen])


@compiled
def _any(pool: Ints, mark: NDArray[np.int32], r: int, i: int, keys: Any) -> int:
    """Any item of the pool that row `r` has not marked, each equally likely: by rejection."""
    attempt = 0
    while True:
        chosen = pool[int(uniform(i + (attempt << 46), keys[0], keys[1]) * pool.size)]
        if mark[chosen] != r:
            return chosen
        attempt += 1
