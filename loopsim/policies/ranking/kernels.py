"""Compiled passes over blocks of scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled, uniform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@compiled
def _barred(item: int, exclude: Ints) -> bool:
    for other in exclude:  # noqa: SIM110, compiled code knows no generators
        if other == item:
            return True
    return False


@compiled
def best(
    scores: NDArray[Any], available: NDArray[np.bool_], exclude: Ints, items: Ints, values: Floats
) -> None:
    """Row by row the k highest scores that may be shown, best first; of equals the first.

    `items` and `values` are (b, k); a place for which there is no item gets -1.
    """
    k = items.shape[1]
    for r in range(scores.shape[0]):
        items[r, :] = -1
        values[r, :] = -np.inf
        worst = -np.inf
        for item in range(scores.shape[1]):
            s = scores[r, item]
            # One comparison settles nearly every item; only a candidate is looked at closely.
            if s > worst and available[item] and not _barred(item, exclude[r]):
                j = k - 1
                while j > 0 and values[r, j - 1] < s:
                    values[r, j] = values[r, j - 1]
                    items[r, j] = items[r, j - 1]
                    j -= 1
                values[r, j] = s
                items[r, j] = item
                worst = values[r, k - 1]


@compiled
def explored(
    greedy: Ints, pool: Ints, exclude: Ints, ids: Ints, share: float,
    coin: Any, pick: Any, items: Ints, propensities: Floats,
) -> None:  # fmt: skip
    """Fill each place with the best item left, or with probability `share` with any item left.

    `greedy` (b, k) are the best items in order, `pool` the items that may be shown, `ids` (b, k)
    the impressions' ids, `coin` and `pick` two pairs of keys. A propensity is that of the item in
    its place, given the places above.
    """
    for r in range(greedy.shape[0]):
        left = pool.size
        for item in exclude[r]:
            i = np.searchsorted(pool, item)
            left -= int(i < pool.size and pool[i] == item)
        for j in range(greedy.shape[1]):
            top = -1
            for item in greedy[r]:
                if not _barred(item, items[r, :j]):
                    top = item
                    break
            chosen = top
            if uniform(ids[r, j], coin[0], coin[1]) < share:
                attempt = 0
                while True:  # rejection: each item left is equally likely
                    u = uniform(ids[r, j] + (attempt << 46), pick[0], pick[1])
                    chosen = pool[int(u * pool.size)]
                    if not _barred(chosen, exclude[r]) and not _barred(chosen, items[r, :j]):
                        break
                    attempt += 1
            items[r, j] = chosen
            propensities[r, j] = share / (left - j) + (1.0 - share) * (chosen == top)
