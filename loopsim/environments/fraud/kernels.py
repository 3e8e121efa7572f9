"""Compiled passes of the fraud world: one visit a payment."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled, normals, uniform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = tuple[np.uint64, np.uint64]

OWN, LARGE, SKIMMED, STOLEN, SCAM, RING = range(6)  # what a payment is; all but OWN are fraud
NEVER = -(1 << 30)  # the day on which something that never was began
STRIDE = 256  # ids of a customer's payments in a day
TRIES = 64
#: Φ(±43,200/20,000): the part of the normal law of the time of day that lies within the day.
DAWN, DUSK = 0.015386334783925445, 0.9846136652160745


@compiled
def around(x: float, y: float, first: Ints, radius: float, rows: Ints) -> int:
    """How many terminals the cells within `radius` of (x, y) hold, and where: `rows` gets the first
    terminal and the number of them for each row of cells.
    """
    cells = int(np.sqrt(first.size - 1))
    scale = cells / 100.0
    left = max(int((x - radius) * scale), 0)
    right = min(int((x + radius) * scale), cells - 1)
    low, high = max(int((y - radius) * scale), 0), min(int((y + radius) * scale), cells - 1)
    total = 0
    for row in range(low, high + 1):
        start = first[row * cells + left]
        size = first[row * cells + right + 1] - start
        rows[2 * (row - low)], rows[2 * (row - low) + 1] = start, size
        total += size
    return total


@compiled
def pick(
    x: float, y: float, radius: float, total: int, rows: Ints, ident: int,
    key0: np.uint64, key1: np.uint64, spots: Floats,
) -> int:  # fmt: skip
    """A terminal within `radius` of (x, y), each with the same chance: candidates from the cells
    `around`, until one is near enough. One of those, or any, where none is.
    """
    found = 0
    for attempt in range(TRIES):
        u = uniform(ident * TRIES + attempt, key0, key1)
        if total == 0:
            return int(u * len(spots))
        at, j = int(u * total), 0
        while at >= rows[j + 1]:
            at -= rows[j + 1]
            j += 2
        found = rows[j] + at
        if (spots[found, 0] - x) ** 2 + (spots[found, 1] - y) ** 2 <= radius * radius:
            break
    return found


@compiled
def numbers(
    ids: Ints, rate: Floats, key0: np.uint64, key1: np.uint64, out: NDArray[np.int32]
) -> None:
    """Poisson numbers of payments, by inversion (at most 200)."""
    for i in range(ids.size):
        u = uniform(ids[i], key0, key1)
        chance = np.exp(-rate[i])
        total, n = chance, 0
        while u > total and n < 200:
            n += 1
            chance *= rate[i] / n
            total += chance
        out[i] = n


@compiled
def expand(counts: NDArray[np.int32], lo: int, hi: int, start: int, rows: Ints, k: Ints) -> None:
    """Row and running number of each payment of the customers lo .. hi, written from `start`."""
    at = start
    for i in range(lo, hi):
        for j in range(counts[i]):
            rows[at] = i
            k[at] = j
            at += 1


@compiled
def running(rows: Ints, k: Ints) -> None:
    """How many times a row came just before."""
    for i in range(rows.size):
        k[i] = k[i - 1] + 1 if i > 0 and rows[i] == rows[i - 1] else 0


@compiled
def fill(
    rows: Ints, k: Ints, ids: Ints, x: Floats, y: Floats, mean: Floats, spread: Floats, t: int,
    keys: Any, law: Any, places: Any, stolen: NDArray[np.int32], scam: NDArray[np.int32],
    skimmed: NDArray[np.int32], mules: Ints,
    terminal: NDArray[np.int32], cents: NDArray[np.int32], seconds: NDArray[np.int32],
    kind: NDArray[np.int8],
) -> None:  # fmt: skip
    """What each payment is: where, how much, when, and whether it is honest.

    Amounts are normal with a share of their mean as deviation, and uniform up to twice the mean
    where that is negative; the time of day is normal about noon within the day.
    """
    radius, large = law
    spots, first = places
    at, size, low, time, third = keys
    n = rows.size
    normal, clock = np.empty(n), np.empty(n)
    for i in range(n):
        ident = ids[rows[i]] * STRIDE + k[i]
        normal[i] = uniform(ident, size[0], size[1])
        clock[i] = DAWN + uniform(ident, time[0], time[1]) * (DUSK - DAWN)
    normals(normal, normal)
    normals(clock, clock)
    near, total = np.empty(2 * int(np.sqrt(first.size)) + 2, np.int64), 0
    for i in range(n):
        row = rows[i]
        ident = ids[row] * STRIDE + k[i]
        if i == 0 or row != rows[i - 1]:
            total = around(x[row], y[row], first, radius, near)
        seconds[i] = min(max(int(43200.0 + 20000.0 * clock[i]), 0), 86399)
        amount = mean[row] * (1.0 + spread[row] * normal[i])
        if amount < 0.0:
            amount = 2.0 * mean[row] * uniform(ident, low[0], low[1])
        place = pick(x[row], y[row], radius, total, near, ident, at[0], at[1], spots)
        what = LARGE if amount > large else OWN
        if skimmed[place] != NEVER:
            what = SKIMMED
        if stolen[row] != NEVER and uniform(ident, third[0], third[1]) < 1.0 / 3.0:
            what = STOLEN
            amount *= 5.0
        if scam[row] != NEVER and k[i] == 0:
            what = SCAM
            # Round, and growing as the victim believes: within what the customer usually pays.
            amount = max(10.0 * np.round(0.1 * mean[row] * (1.0 + 0.25 * (t - scam[row]))), 10.0)
            place = mules[ids[row] % mules.size]
        terminal[i], kind[i], cents[i] = place, what, int(amount * 100.0 + 0.5)


@compiled
def present(
    rows: Ints, kind: NDArray[np.int8], t: int, back: NDArray[np.int32],
    blocked: NDArray[np.int32], stolen: NDArray[np.int32], scam: NDArray[np.int32],
    out: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Whose card is not away, and whose thief or scammer still has the card that was."""
    for i in range(rows.size):
        row = rows[i]
        here = back[row] <= t
        if kind[i] == STOLEN:
            here = here and blocked[row] < stolen[row]
        if kind[i] == SCAM:
            here = here and blocked[row] < scam[row]
        out[i] = here


@compiled
def merge(own: Any, keep: NDArray[np.bool_], extra: Any, out: Any) -> None:
    """Kept rows of `own` and all of `extra`, by row, those of `own` first; into `out`."""
    n, m, at = own[0].size, extra[0].size, 0
    j = 0
    for i in range(n):
        while j < m and extra[0][j] < own[0][i]:
            _copy(extra, j, out, at)
            at, j = at + 1, j + 1
        if keep[i]:
            _copy(own, i, out, at)
            at += 1
    while j < m:
        _copy(extra, j, out, at)
        at, j = at + 1, j + 1


@compiled
def _copy(source: Any, i: int, out: Any, at: int) -> None:
    out[0][at], out[1][at], out[2][at] = source[0][i], source[1][i], source[2][i]
    out[3][at], out[4][at], out[5][at] = source[3][i], source[4][i], source[5][i]


@compiled
def spent(
    rows: Ints, cents: NDArray[np.int32], kind: NDArray[np.int8], trust: Floats,
    out: NDArray[np.int32],
) -> None:  # fmt: skip
    """Cents of each payment: an annoyed customer's own are smaller."""
    for i in range(rows.size):
        share = trust[rows[i]] if kind[i] == OWN else 1.0
        out[i] = int(cents[i] * share + 0.5)
