"""Compiled passes of the recommender world: one visit, or one user, a step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled, uniform

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

STRIDE = 1 << 22  # more items than this would share the noise of another user's


@compiled
def product(left: Any, right: Any, out: Any) -> None:
    """(n, f) of (n, d) and (d, f); a row's bytes do not depend on who else is there."""
    for i in range(left.shape[0]):
        for f in range(right.shape[1]):
            total = 0.0
            for g in range(right.shape[0]):
                total += left[i, g] * right[g, f]
            out[i, f] = total


@compiled
def logit(
    tastes: Singles, users: Ints, items: Ints, vectors: Singles, base: Singles, lure: Singles,
    places: Floats, item_key: Any, none_key: Any, value: Floats, probability: Floats,
    chosen: Ints, alone: NDArray[np.int8],
) -> None:  # fmt: skip
    """Multinomial logit: which of the k shown items each visit picks, or none (McFadden 1974).

    An item's weight is exp(base + lure + taste·item) times the attention at its place, that of none
    is 1. The pick is the highest log-weight plus Gumbel noise, keyed by (user, item, round), so an
    item meets the same noise in whatever slate. `value` (n, k) gets base + taste·item,
    `probability` the chance of each pick, `chosen` the place or -1, `alone` whether the item would
    be picked at the top of a slate of its own.
    """
    k = items.shape[1]
    for i in range(users.size):
        u = uniform(users[i], none_key[0], none_key[1])
        none = -np.log(-np.log(u))
        best, chosen[i], total = none, -1, 1.0
        for p in range(k):
            j = items[i, p]
            worth = np.float32(0.0)
            for f in range(tastes.shape[1]):
                worth += tastes[i, f] * vectors[j, f]
            value[i, p] = base[j] + worth
            appeal = value[i, p] + lure[j]
            u = uniform(users[i] * STRIDE + j, item_key[0], item_key[1])
            noise = -np.log(-np.log(u))
            alone[i, p] = appeal + noise > none
            there = appeal + places[min(p, places.size - 1)]
            probability[i, p] = np.exp(there)
            total += probability[i, p]
            if there + noise > best:
                best, chosen[i] = there + noise, p
        for p in range(k):
            probability[i, p] /= total


@compiled
def argmax(
    tastes: Singles, users: Ints, items: Ints, vectors: Singles, base: Singles, lure: Singles,
    places: Floats, known: float, outside: float, key: Any, value: Floats, probability: Floats,
    chosen: Ints, alone: NDArray[np.int8],
) -> None:  # fmt: skip
    """The highest attention × known utility, or none below `outside` (Chaney et al. 2018).

    The utility is 1/(1 + exp(−appeal)); a user knows a share of it, uniform in 2·known − 1 .. 1,
    keyed by (user, item) for good. Arrays are those of `logit`; a probability is 0 or 1.
    """
    for i in range(users.size):
        best, chosen[i] = outside, -1
        for p in range(items.shape[1]):
            j = items[i, p]
            worth = np.float32(0.0)
            for f in range(tastes.shape[1]):
                worth += tastes[i, f] * vectors[j, f]
            value[i, p] = base[j] + worth
            u = uniform(users[i] * STRIDE + j, key[0], key[1])
            utility = (1.0 - 2.0 * (1.0 - known) * u) / (1.0 + np.exp(-value[i, p] - lure[j]))
            alone[i, p] = utility > outside
            probability[i, p] = 0.0
            there = utility * np.exp(places[min(p, places.size - 1)])
            if there > best:
                best, chosen[i] = there, p
        if chosen[i] >= 0:
            probability[i, chosen[i]] = 1.0


@compiled
def random_slates(pool: Ints, users: Ints, key: Any, items: Ints) -> None:
    """Fill (n, k) places with different items of the pool, each equally likely."""
    for i in range(users.size):
        for p in range(items.shape[1]):
            attempt = 0
            while True:  # rejection
                u = uniform(users[i] * 64 + p + (attempt << 46), key[0], key[1])
                items[i, p] = pool[int(u * pool.size)]
                again = False
                for q in range(p):
                    again = again or items[i, q] == items[i, p]
                if not again:
                    break
                attempt += 1


@compiled
def _cosine(one: Singles, other: Singles) -> float:
    across = ones = others = 0.0
    for f in range(one.size):
        across += one[f] * other[f]
        ones += one[f] * one[f]
        others += other[f] * other[f]
    both = np.sqrt(ones * others)
    return across / both if both > 0.0 else 0.0


@compiled
def rotate(taste: Singles, item: Singles, rate: float) -> None:
    """Turn a taste towards an item by a share of the angle between them; its norm stays.

    Spherical interpolation (Shoemake 1985); where the sine of the angle is 0 nothing moves.
    """
    cosine = min(max(_cosine(taste, item), -1.0), 1.0)
    angle = np.arccos(cosine)
    sine = np.sin(angle)
    if sine < 1e-6:
        return
    length = size = 0.0
    for f in range(taste.size):
        length += taste[f] * taste[f]
        size += item[f] * item[f]
    if size <= 0.0:
        return
    stay, go = np.sin((1.0 - rate) * angle) / sine, np.sin(rate * angle) / sine
    go *= np.sqrt(length / size)
    for f in range(taste.size):
        taste[f] = stay * taste[f] + go * item[f]


@compiled
def add(taste: Singles, item: Singles, rate: float, natural: Singles) -> None:
    """Add a share of an item to a taste, which grows to at most twice its natural length."""
    now = limit = 0.0
    for f in range(taste.size):
        taste[f] += rate * item[f]
        now += taste[f] * taste[f]
        limit += 4.0 * natural[f] * natural[f]
    if now > limit:
        for f in range(taste.size):
            taste[f] *= np.sqrt(limit / now)


@compiled
def drifted(
    rows: Ints, item: Ints, vectors: Singles, turn: bool, rate: float, natural: Singles,
    tastes: Singles,
) -> None:  # fmt: skip
    """Move the tastes of `rows` towards what each consumed (-1: nothing)."""
    for i in range(rows.size):
        if item[i] >= 0 and turn:
            rotate(tastes[rows[i]], vectors[item[i]], rate)
        elif item[i] >= 0:
            add(tastes[rows[i]], vectors[item[i]], rate, natural[rows[i]])


@compiled
def tired(
    rows: Ints, item: Ints, vectors: Singles, recent: NDArray[np.int32], rest: float,
    boredom: Singles,
) -> None:  # fmt: skip
    """Boredom grows by how like what was consumed is to the last five, and fades by `rest`."""
    for i in range(rows.size):
        if item[i] < 0:
            continue
        alike, count = 0.0, 0
        for h in range(min(5, recent.shape[1])):
            if recent[rows[i], h] >= 0:
                alike += _cosine(vectors[item[i]], vectors[recent[rows[i], h]])
                count += 1
        if count > 0:
            boredom[rows[i]] += (1.0 - rest) * max(alike / count, 0.0)


@compiled
def remembered(rows: Ints, item: Ints, recent: NDArray[np.int32]) -> None:
    """Put what was consumed in front of each user's list, and let the last one go."""
    for i in range(rows.size):
        if item[i] >= 0:
            for h in range(recent.shape[1] - 1, 0, -1):
                recent[rows[i], h] = recent[rows[i], h - 1]
            recent[rows[i], 0] = item[i]


@compiled
def angles(one: Singles, other: Singles, out: Floats) -> None:
    """Row by row the angle between two matrices, in radians; 0 where rows are equal."""
    for i in range(out.size):
        same = True
        for f in range(one.shape[1]):
            same = same and one[i, f] == other[i, f]
        out[i] = 0.0 if same else np.arccos(min(max(_cosine(one[i], other[i]), -1.0), 1.0))
