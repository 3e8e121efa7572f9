"""Sums of real numbers that do not depend on the order, the parts or the shards.

Each value is rounded to a whole number of units of 2⁻⁵³, by itself; whole numbers add up exactly.
A mean is then one division, so it has the same last digit however the people were split.

>>> import numpy as np
>>> parts = [totals(np.array(x), np.zeros(len(x), np.int8), 1)[0] for x in ([0.1], [0.2, 0.6])]
>>> mean(add(parts), 3)
0.3
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled, sums
from loopsim.parts import PART, in_parts

Floats = NDArray[np.float64]
#: A sum in units of 2⁻⁵³; None if a value was missing, infinite, or not below 2⁵² in size.
Total = int | None
UNIT = 1 << 53

# Adding and taking away 1.5·2^(52 + e) rounds to a multiple of 2^e (Rump, Ogita and Oishi 2008).
# Multiples of 2^17, 2^-18 and 2^-53: the sum of 2^18 such parts has at most 53 bits, so is exact.
_COARSE, _MIDDLE, _FINE = 1.5 * 2.0**69, 1.5 * 2.0**34, 1.5 * 2.0**-1
_LARGE, _MOST = 2.0**16, 2.0**70


def totals(values: NDArray[np.generic], group: NDArray[np.int8], groups: int) -> list[Total]:
    """The sum of each group.

    Parameters
    ----------
    values : (n,) array
        Real numbers, whole numbers or bools.
    group : (n,) int8 array in 0 .. groups − 1
    """
    parts = np.zeros((values.size // PART + 1, 3, groups))
    whole = values.dtype.kind in "biu"  # small whole numbers add up exactly as they are

    def part(at: slice) -> None:
        out = parts[at.start // PART]
        if whole:
            sums(values[at], group[at], out[0])
        else:
            _add(values[at], group[at], out)

    in_parts(values.size, part)
    return [_whole(parts[:, :, g]) for g in range(groups)]


def mean(total: Total, count: int) -> float:
    """The mean, correctly rounded; NaN of nothing, and where the sum is not known."""
    return math.nan if total is None or count == 0 else total / (count * UNIT)


def add(sums: Iterable[Total]) -> Total:
    """The sum of sums."""
    whole = 0
    for one in sums:
        if one is None:
            return None
        whole += one
    return whole


def _whole(parts: Floats) -> Total:
    """Units from (parts, 3) exact sums."""
    if not (np.abs(parts) <= _MOST).all():
        return None
    return sum(int(math.ldexp(x, 53)) for x in parts.ravel().tolist())


@compiled
def _add(values: NDArray[np.generic], group: NDArray[np.int8], out: Floats) -> None:
    """Add the three parts of each value to `out[:, group]`; two lanes, so that none waits long."""
    fine, middle = np.zeros((2, out.shape[1])), np.zeros((2, out.shape[1]))
    for i in range(values.size):
        x, g, lane = np.float64(values[i]), group[i], i & 1
        if not abs(x) < _LARGE:
            coarse = (x + _COARSE) - _COARSE
            out[0, g] += coarse
            x -= coarse
        y = (x + _MIDDLE) - _MIDDLE
        middle[lane, g] += y
        fine[lane, g] += (x - y + _FINE) - _FINE
    out[1] += middle[0] + middle[1]
    out[2] += fine[0] + fine[1]
