"""Compiled passes that draw Plackett-Luce slates and say how likely they were."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled, uniform
from loopsim.policies.ranking.kernels import ITEMS, Floats, Ints, bar

CHUNK = 512  # items at a time: few enough for the nearest cache


@compiled
def drawn(
    scores: NDArray[Any], available: NDArray[np.bool_], exclude: Ints, ids: Ints, scale: float,
    key: Any, order: Ints, rest: Floats,
) -> None:  # fmt: skip
    """Gumbel top-k, row by row, into `order` (b, k); -1 where there are no more items.

    `rest` (b, 3) gets what the others weigh together, as (M, S) for S·exp(M), and their number.
    Summing those that lose, not all less those that win, keeps every digit where one item has
    nearly all the weight.
    """
    k, m = order.shape[1], scores.shape[1]
    held, weight = np.empty(k), np.empty(k)
    a, u, share = np.empty(CHUNK), np.empty(CHUNK), np.empty(CHUNK)
    mark = np.full(available.size, -1, dtype=np.int32)
    for r in range(scores.shape[0]):
        gone = bar(exclude[r], r, mark, available)
        held[:], weight[:] = -np.inf, -np.inf
        top, total = -np.inf, 0.0
        for start in range(0, m, CHUNK):
            base, some = top, slice(start, min(start + CHUNK, m))
            _draw((ids[r] << ITEMS) + start, key[0], key[1], u)
            _weigh(scores[r, some], scale, base, a, share)
            _leave_out(available[some], mark[some], r, share)
            bound = np.exp(base - held[k - 1]) * (1.0 + 1e-9)
            for i in range(some.stop - start):
                # −log u ≥ 1 − u: one product settles nearly every item without a logarithm. A
                # bound that is infinite or no number settles none, nor does a weight above base's.
                if 1.0 - u[i] > share[i] * bound and share[i] <= 1.0:
                    continue
                item, out = start + i, a[i]
                share[i] = 0.0
                if not available[item] or mark[item] == r:
                    continue
                g = out - np.log(-np.log(u[i]))
                if g > held[k - 1]:
                    out = _placed(g, out, item, held, weight, order[r])
                    bound = np.exp(base - held[k - 1]) * (1.0 + 1e-9)
                if out > top:
                    total *= np.exp(top - out)
                    top = out
                if out > -np.inf:
                    total += np.exp(out - top)
            if base > -np.inf:
                total += _sum(share[: some.stop - start]) * np.exp(base - top)
        rest[r, 0], rest[r, 1] = top, total
        rest[r, 2] = available.sum() - gone - k


@compiled
def _draw(first: int, key0: np.uint64, key1: np.uint64, out: Floats) -> None:
    """Uniforms of ids from `first` on: a loop so plain that several are done at once."""
    for i in range(out.size):
        out[i] = uniform(first + i, key0, key1)


@compiled
def _weigh(scores: NDArray[Any], scale: float, base: float, a: Floats, share: Floats) -> None:
    """s/T, and e to the power of what that is above `base`: plain, like `_draw`."""
    for i in range(scores.size):
        a[i] = np.float64(scores[i]) * scale
    for i in range(scores.size):
        share[i] = _exp(a[i] - base)


@compiled
def _leave_out(
    available: NDArray[np.bool_], mark: NDArray[np.int32], r: int, share: Floats
) -> None:
    """What row `r` must not be shown weighs nothing."""
    for i in range(available.size):
        share[i] *= np.float64(available[i] & (mark[i] != r))


@compiled
def _sum(values: Floats) -> float:
    """Four sums side by side, so that none waits for the last."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = values.size - values.size % 4
    for i in range(0, whole, 4):
        a += values[i]
        b += values[i + 1]
        c += values[i + 2]
        d += values[i + 3]
    for i in range(whole, values.size):
        a += values[i]
    return (a + b) + (c + d)


@compiled
def _exp(x: float) -> float:
    """e^x for −708 ≤ x ≤ 0 to the last digit but one; the compiler does several at once.

    x = n·log 2 + r with |r| ≤ 0.35, log 2 in two parts; Taylor's sum for e^r, n into the exponent's
    bits. A smaller x, or one that is no number, counts as −708; what is above 0 comes out above 1.
    """
    x = x if x > -708.0 else -708.0
    x = x if x < 700.0 else 700.0
    n = np.floor(x * 1.4426950408889634 + 0.5)
    r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10
    p = 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * np.int64((np.int64(n) + 1023) << 52).view(np.float64)


@compiled
def _placed(g: float, a: float, item: int, held: Floats, weight: Floats, order: Ints) -> float:
    """Put an item among the highest; return the weight of the one that leaves."""
    j = held.size - 1
    out = weight[j]
    while j > 0 and held[j - 1] < g:
        held[j], weight[j], order[j] = held[j - 1], weight[j - 1], order[j - 1]
        j -= 1
    held[j], weight[j], order[j] = g, a, item
    return out


@compiled
def plackett_luce(
    order: Ints, among: Floats, items: Ints, shown: Floats, rest: Floats, explore: float,
    chances: Floats,
) -> None:  # fmt: skip
    """Chance of each shown item in its place, given the places above.

    `among` and `shown` are s/T of `order` and `items` (b, k each); they differ where a place was
    filled by exploring, with an item that the others' weight (`rest`) contains.
    """
    k = order.shape[1]
    open_ = np.empty(k, dtype=np.bool_)
    for r in range(order.shape[0]):
        open_[:] = True
        for j in range(k):
            top = rest[r, 0]
            for i in range(k):
                if open_[i]:
                    top = max(top, among[r, i])
            left = rest[r, 1] * np.exp(rest[r, 0] - top)
            for i in range(k):
                if open_[i]:
                    left += np.exp(among[r, i] - top)
            for i in range(j):
                if not _within(items[r, i], order[r]):
                    left -= np.exp(shown[r, i] - top)
            mine = np.exp(shown[r, j] - top)
            chance = min(1.0, mine / max(left, mine))
            chances[r, j] = explore / (rest[r, 2] + k - j) + (1.0 - explore) * chance
            for i in range(k):
                open_[i] = open_[i] and order[r, i] != items[r, j]


@compiled
def _within(item: int, order: Ints) -> bool:
    return bool((order == item).any())
