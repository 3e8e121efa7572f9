"""Every random number of loopsim.

A draw is a function of (seed, stream, round, entity, repeat) and of nothing else: not of which
other entities are drawn, nor of what was drawn before, nor of the number of workers. That is what
makes a run with a loop cut the exact twin of the run with it closed.

>>> import numpy as np
>>> draws = Draws(seed=1)
>>> some = draws.uniform(Stream.OUTCOME, 3, np.array([7, 8, 9]))
>>> bool(some[1] == draws.uniform(Stream.OUTCOME, 3, np.array([8]))[0])
True
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from loopsim import kernels
from loopsim.parts import in_parts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MASK = (1 << 64) - 1


class Stream(IntEnum):
    """What a draw is for. A number is never reused: retire it and take the next."""

    PEOPLE = 1
    ARRIVAL = 2
    FEATURE = 3
    OUTCOME = 4
    RESPONSE = 5
    EXPLORE = 6
    DELAY = 7
    NOISE = 8
    NEVER = 9
    PANEL = 10
    HISTORY = 11
    RESERVOIR = 12
    FIT = 13
    EDGE = 14
    LOG = 15
    REVIEW = 16
    PIPELINE = 17
    TIE = 18
    WORLD = 19
    CANARY = 20
    IDENTITY = 21
    CONSENT = 22
    ERASURE = 23


def _mix(x: int) -> int:
    """One application of splitmix64's finaliser (Steele, Lea and Flood 2014)."""
    x = (x + 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


class Draws:
    """The keyed draws of one run.

    Parameters
    ----------
    seed : int
        Any integer >= 0. Two seeds share nothing.
    """

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise ValueError(f"seed = {seed}: must be >= 0")
        self.seed = seed

    def keys(self, stream: Stream, t: int, k: int = 0) -> tuple[np.uint64, np.uint64]:
        """The two keys of `uniform`, for a compiled pass that draws itself (`kernels.uniform`)."""
        first = 0x6C6F6F7073696D21
        for part in (self.seed, self.seed >> 64, int(stream), t, k):
            first = _mix(first ^ (part & _MASK))
        return np.uint64(first), np.uint64(_mix(first ^ 0xA5A5A5A55A5A5A5A))

    def uniform(
        self, stream: Stream, t: int, ids: Ints, k: int = 0, out: Floats | None = None
    ) -> Floats:
        """Uniforms in the open interval (0, 1).

        Parameters
        ----------
        stream : Stream
            What the draw is for.
        t : int
            The round in which the case OPENED (-1 for what precedes round 0).
        ids : (n,) int64 array
            Stable ids of the entities.
        k : int
            Repeat: the second, third ... draw of the same kind for the same entity.
        out : (n,) float64 array, optional
            Filled and returned when given.

        Returns
        -------
        (n,) float64 array
        """
        ids = np.ascontiguousarray(ids, dtype=np.int64)
        out = np.empty(ids.size) if out is None else out
        key0, key1 = self.keys(stream, t, k)
        in_parts(ids.size, lambda at: kernels.uniforms(ids[at], key0, key1, out[at]))
        return out

    def normal(
        self, stream: Stream, t: int, ids: Ints, k: int = 0, out: Floats | None = None
    ) -> Floats:
        """Standard normals: the quantile function of `uniform` (same arguments)."""
        out = self.uniform(stream, t, ids, k, out)
        in_parts(out.size, lambda at: kernels.normals(out[at], out[at]))
        return out

    def integer(self, stream: Stream, t: int, k: int = 0) -> int:
        """One integer in 0 .. 2**31 - 1, for an estimator's ``random_state``."""
        return int(self.keys(stream, t, k)[0]) >> 33
