"""Who contributed what to a total: Shapley values, and interactions that add up.

A *game* gives a value to every set of players; here the players are loops, a set is the loops that
are closed, and its value is what a metric ends at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: The value of a set of players, by their numbers.
Value = Callable[[frozenset[int]], float]


@dataclass(frozen=True, eq=False)
class Shares:
    """How a total is made up.

    Attributes
    ----------
    shapley : (n,) float64 array
        What each player is worth on average over the orders in which they may join (Shapley 1953);
        they add up to the total.
    parts : (n, n) float64 array, symmetric
        On the diagonal what each player does alone, beside it the interaction of each pair by the
        Shapley-Taylor index of order 2 (Sundararajan, Dhamdhere and Agarwal 2020), which hands what
        three and more do together to their pairs. Diagonal and upper triangle add up to the total,
        and each Shapley value is its diagonal entry and half of its row's others.
    """

    shapley: Floats
    parts: Floats


def subsets(n: int) -> Iterator[frozenset[int]]:
    """All sets of n players, the empty one first.

    >>> [sorted(s) for s in subsets(2)]
    [[], [0], [1], [0, 1]]
    """
    for size in range(n + 1):
        yield from map(frozenset, combinations(range(n), size))


def exact(value: Value, n: int) -> Shares:
    """From the values of all 2ⁿ sets.

    Player 0 brings 1 and player 1 brings 2, and together they bring 4 more:

    >>> shares = exact(lambda s: (0 in s) + 2.0 * (1 in s) + 4.0 * (len(s) == 2), 2)
    >>> shares.shapley.tolist(), shares.parts.tolist()
    ([3.0, 4.0], [[1.0, 4.0], [4.0, 2.0]])
    """
    nobody = value(frozenset())
    parts = np.diag([value(frozenset({i})) - nobody for i in range(n)]) if n else np.empty((0, 0))
    for i, j in combinations(range(n), 2):
        rest = [k for k in range(n) if k not in (i, j)]
        parts[i, j] = parts[j, i] = sum(
            2.0 / n / comb(n - 1, size) * together(value, frozenset(others), i, j)
            for size in range(len(rest) + 1)
            for others in combinations(rest, size)
        )
    return _shares(parts)


def sampled(value: Value, orders: NDArray[np.int64]) -> Shares:
    """From some orders of joining alone; the parts add up to the total in every order.

    Parameters
    ----------
    orders : (m, n) int64 array
        Each row an order of the n players, all equally likely. Values are asked for again and again
        and should be remembered by the caller.
    """
    n = orders.shape[1]
    nobody = value(frozenset())
    parts = np.diag([value(frozenset({i})) - nobody for i in range(n)])
    for order in orders.tolist():
        for at, i in enumerate(order):
            before = frozenset(order[:at])
            for j in order[at + 1 :]:
                parts[i, j] += together(value, before, i, j) / len(orders)
    upper = np.triu(parts, 1) + np.tril(parts, -1).T
    return _shares(np.diag(np.diag(parts)) + upper + upper.T)


def together(value: Value, before: frozenset[int], i: int, j: int) -> float:
    """What i and j do together, beyond what each does, where some others are already there."""
    return value(before | {i, j}) - value(before | {i}) - value(before | {j}) + value(before)


def _shares(parts: Floats) -> Shares:
    alone = np.diag(parts)
    return Shares(alone + (parts.sum(axis=1) - alone) / 2.0, parts)
