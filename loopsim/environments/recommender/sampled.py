"""Passes over sampled users × all items: a block of users at a time, the matrix is never there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.recommender.utilities import Utilities
from loopsim.kernels import compiled

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
BLOCK = 64


def best(worth: Utilities, pool: NDArray[np.bool_], exclude: Ints, k: int) -> Floats:
    """(s, k) the highest log-odds in the pool, what is excluded left out."""
    out = np.full((len(worth.users), k), -np.inf)
    items = np.empty(out.shape, dtype=np.int64)
    for at, values in _blocks(worth):
        _best(values, pool, exclude[at], out[at], items[at])
    return out


def tastes_of(
    worth: Utilities, pool: NDArray[np.bool_], shares: Floats, favourites: Ints
) -> Floats:
    """(s, d) shares of genres among each user's picks if the whole pool were in sight.

    Item j is picked with weight exp(base + taste·item); `shares` (m, d) are its genres. The (s, h)
    `favourites` are filled with the items that are worth most to each user, best first.
    """
    out = np.zeros((len(worth.users), shares.shape[1]))
    highest = np.full(favourites.shape, -np.inf)
    nothing = np.empty((len(out), 0), dtype=np.int64)
    for at, values in _blocks(worth):
        _weighted(values, pool, shares, out[at])
        _best(values, pool, nothing[at], highest[at], favourites[at])
    return out


def _blocks(worth: Utilities) -> Iterator[tuple[slice, Singles]]:
    """Users, and the log-odds of all items for them; the array is used again."""
    columns = np.ascontiguousarray(worth.items.T)
    room = np.empty((BLOCK, len(worth.items)), dtype=np.float32)
    for start in range(0, len(worth.users), BLOCK):
        at = slice(start, min(start + BLOCK, len(worth.users)))
        values = room[: at.stop - at.start]
        _log_odds(worth.users[at], columns, values)
        yield at, values


@compiled
def _log_odds(users: Singles, columns: Singles, out: Singles) -> None:
    """The product, factor by factor; a library's would start threads of its own."""
    for i in range(out.shape[0]):
        row = out[i]
        row[:] = np.float32(0.0)
        for f in range(columns.shape[0]):
            taste, column = users[i, f], columns[f]
            for j in range(row.size):
                row[j] += taste * column[j]


@compiled
def _best(
    worth: Singles, pool: NDArray[np.bool_], exclude: Ints, values: Floats, items: Ints
) -> None:
    k = values.shape[1]
    for i in range(worth.shape[0]):
        for j in range(worth.shape[1]):
            if worth[i, j] <= values[i, k - 1] or not pool[j]:
                continue
            barred = False
            for other in exclude[i]:
                barred = barred or other == j
            if barred:
                continue
            p = k - 1
            while p > 0 and values[i, p - 1] < worth[i, j]:
                values[i, p], items[i, p] = values[i, p - 1], items[i, p - 1]
                p -= 1
            values[i, p], items[i, p] = worth[i, j], j


@compiled
def _weighted(worth: Singles, pool: NDArray[np.bool_], shares: Floats, out: Floats) -> None:
    for i in range(worth.shape[0]):
        highest = np.float32(-np.inf)
        for j in range(worth.shape[1]):
            if pool[j]:
                highest = max(highest, worth[i, j])
        total = 0.0
        for j in range(worth.shape[1]):
            if pool[j]:
                weight = np.exp(worth[i, j] - highest)
                total += weight
                for g in range(out.shape[1]):
                    out[i, g] += weight * shares[j, g]
        for g in range(out.shape[1]):
            out[i, g] /= total
