"""What a push did, per unit of it, round by round and generation by generation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def responses(values: Floats, size: float) -> Floats:
    """(3, rounds) per unit of the push: linear, even, and what the double size adds.

    `values` has the branches undisturbed, up, down, twice up and twice down. A round in which a
    figure is unknown in any of them shows no difference.
    """
    known = np.isfinite(values).all(axis=0)
    base, up, down, twice_up, twice_down = np.where(known, values, 0.0)
    once, twice = (up - down) / (2.0 * size), (twice_up - twice_down) / (4.0 * size)
    even = (up + down - 2.0 * base) / (2.0 * size)
    return np.array([(once + twice) / 2.0, even, twice - once])


def by_generation(made: Floats, starts: list[tuple[int, ...]]) -> Floats:
    """(seeds, 3, generations) means over generations; as many as every seed has in full."""
    rounds = made.shape[2]
    per_seed = []
    for response, begin in zip(made, starts, strict=True):
        ends = [*begin[1:], rounds]
        longest = max(begin[i + 1] - begin[i] for i in range(len(begin) - 1))
        whole = len(begin) if ends[-1] - begin[-1] >= longest else len(begin) - 1
        parts = [response[:, begin[g] : ends[g]].mean(axis=1) for g in range(whole)]
        per_seed.append(np.array(parts).T)
    count = min(part.shape[1] for part in per_seed)
    return np.array([part[:, :count] for part in per_seed])
