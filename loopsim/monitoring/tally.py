"""Counts by group, action, outcome and score bin: all that the yes/no metrics need.

Integers, so adding the tallies of rounds, windows or shards gives the same figures in any order.
Scores are rounded down to 1/1024; two scores in one bin count as tied.
"""

from __future__ import annotations

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from loopsim import kernels
from loopsim.environments.base import UNKNOWN
from loopsim.parts import PART, in_parts

BINS = 1024
Counts = NDArray[np.int64]


def empty(groups: int) -> Counts:
    """A tally of nothing: (groups, 2 actions, 3 outcomes: bad, good, unknown; 1024 bins)."""
    return np.zeros((groups, 2, UNKNOWN + 1, BINS), dtype=np.int64)


def tally(
    group: NDArray[np.int8],
    action: NDArray[np.int8],
    outcome: NDArray[np.int8],
    score: NDArray[np.float64],
    into: Counts,
) -> Counts:
    """Add cases to the tally `into`, in place, and return it.

    Parameters
    ----------
    group : (n,) int8 in 0 .. groups − 1
    action : (n,) int8 in {0, 1}
    outcome : (n,) int8 in {0 bad, 1 good, 2 unknown}
    score : (n,) float64 in [0, 1]
    """
    if len(group) <= PART:
        kernels.tally(group, action, outcome, score, into)
        return into

    def part(at: slice) -> None:
        counts = np.zeros_like(into)
        kernels.tally(group[at], action[at], outcome[at], score[at], counts)
        with adding:  # integers: in whatever order they are added, the sum is the same
            np.add(into, counts, out=into)

    adding = Lock()
    in_parts(len(group), part)
    return into
