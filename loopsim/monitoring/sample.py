"""Which cases a monitor looks at where there are more than it needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim import kernels
from loopsim.cases import Cases

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST = 50_000  # cases that a check of plain shares looks at
_KEYS = np.uint64(0x6D6F6E69746F7273), np.uint64(0x73616D706C65732E)  # no run's seed is in it


def hashes(ids: Ints) -> Floats:
    """(n,) numbers in (0, 1), spread evenly, a function of each id alone."""
    out = np.empty(ids.size)
    kernels.uniforms(np.ascontiguousarray(ids, dtype=np.int64), *_KEYS, out)
    return out


def sample(ids: Ints, size: int) -> Ints:
    """Positions of the `size` ids with the smallest hashes, in the order of their hashes.

    The same ids are picked in whatever order they come, and in a shard those of the shard: no
    number is drawn.

    >>> ids = np.arange(100)
    >>> picked = sample(ids, 5)
    >>> bool((ids[::-1][sample(ids[::-1], 5)] == ids[picked]).all())
    True
    """
    u = hashes(ids)
    few = np.flatnonzero(u < 1.5 * (size + 20) / max(ids.size, 1))
    if few.size < size:
        few = np.arange(ids.size)
    return few[np.argsort(u[few], kind="stable")[:size]]


def thinned(rows: NDArray[Any], size: int) -> NDArray[Any]:
    """At most `size` of the rows, picked by their positions."""
    return rows if len(rows) <= size else rows[sample(np.arange(len(rows)), size)]


def some(cases: Cases) -> Floats | None:
    """(at most 50,000, d) features of the cases; None where `matrix` says so, or there is none."""
    features = matrix(cases)
    if features is None or not len(cases):
        return None
    return features if len(cases) <= MOST else features[sample(cases.prediction_id, MOST)]


def matrix(cases: Cases) -> Floats | None:
    """(n, d) features of the cases; None where a decision is a slate and they are no matrix."""
    return cases.features if isinstance(cases.features, np.ndarray) else None
