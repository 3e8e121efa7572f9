"""Compiled passes over columns: every loop over cases that would be many passes of NumPy."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def compiled(function: Any) -> Any:
    """Compile once, keep the code on disk, and let other threads run meanwhile."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


@compiled
def uniform(i: int, key0: np.uint64, key1: np.uint64) -> float:
    """A uniform in (0, 1), a function of an id and the two keys alone.

    Two rounds of a 64-bit multiply-xorshift permutation (the constant is Pelle Evensen's and
    Jon Maiga's), a key entering before each: 53 bits are kept and the half step keeps 0 and 1 out.
    """
    m = np.uint64(0xD6E8FEB86659FD93)
    s = np.uint64(32)
    x = np.uint64(i) * np.uint64(0x9E3779B97F4A7C15) + key0
    x ^= x >> s
    x *= m
    x ^= x >> s
    x *= m
    x ^= x >> s
    x += key1
    x ^= x >> s
    x *= m
    x ^= x >> s
    x *= m
    x ^= x >> s
    return (np.float64(x >> np.uint64(11)) + 0.5) * 1.1102230246251565e-16


@compiled
def uniforms(ids: Ints, key0: np.uint64, key1: np.uint64, out: Floats) -> None:
    """Fill `out` with the `uniform` of each id."""
    for i in range(ids.size):
        out[i] = uniform(ids[i], key0, key1)


@compiled
def normals(uniform: Floats, out: Floats) -> None:
    """The standard normal quantile of each uniform (Wichura 1988, AS 241, relative error 1e-16)."""
    for i in range(uniform.size):
        q = uniform[i] - 0.5
        if abs(q) <= 0.425:
            r = 0.180625 - q * q
            num = 2509.0809287301226727 * r + 33430.575583588128105
            num = num * r + 67265.770927008700853
            num = num * r + 45921.953931549871457
            num = num * r + 13731.693765509461125
            num = num * r + 1971.5909503065514427
            num = num * r + 133.14166789178437745
            num = num * r + 3.387132872796366608
            den = 5226.495278852545925 * r + 28729.085735721942674
            den = den * r + 39307.89580009271061
            den = den * r + 21213.794301586595867
            den = den * r + 5394.1960214247511077
            den = den * r + 687.1870074920579083
            den = den * r + 42.313330701600911252
            out[i] = q * num / (den * r + 1.0)
            continue
        tail = uniform[i] if q < 0.0 else 1.0 - uniform[i]
        r = np.sqrt(-np.log(tail))
        if r <= 5.0:
            r -= 1.6
            num = 7.7454501427834140764e-4 * r + 0.0227238449892691845833
            num = num * r + 0.24178072517745061177
            num = num * r + 1.27045825245236838258
            num = num * r + 3.64784832476320460504
            num = num * r + 5.7694972214606914055
            num = num * r + 4.6303378461565452959
            num = num * r + 1.42343711074968357734
            den = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4
            den = den * r + 0.0151986665636164571966
            den = den * r + 0.14810397642748007459
            den = den * r + 0.68976733498510000455
            den = den * r + 1.6763848301838038494
            den = den * r + 2.05319162663775882187
        else:
            r -= 5.0
            num = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
            num = num * r + 0.0012426609473880784386
            num = num * r + 0.026532189526576123093
            num = num * r + 0.29656057182850489123
            num = num * r + 1.7848265399172913358
            num = num * r + 5.4637849111641143699
            num = num * r + 6.6579046435011037772
            den = 2.04426310338993978564e-15 * r + 1.4215117583164458887e-7
            den = den * r + 1.8463183175100546818e-5
            den = den * r + 7.868691311456132591e-4
            den = den * r + 0.0148753612908506148525
            den = den * r + 0.13692988092273580531
            den = den * r + 0.59983220655588793769
        x = num / (den * r + 1.0)
        out[i] = -x if q < 0.0 else x


@compiled
def tally(
    group: NDArray[np.int8],
    action: NDArray[np.int8],
    label: NDArray[np.int8],
    score: Floats,
    counts: NDArray[np.int64],
) -> None:
    """Add each case to `counts[group, action, label, bin]`; see `loopsim.monitoring.tally`."""
    bins = counts.shape[3]
    for i in range(score.size):
        b = min(int(score[i] * bins), bins - 1)
        counts[group[i], action[i], label[i], b] += 1


@compiled
def sums(values: NDArray[Any], group: NDArray[np.int8], out: Floats) -> None:
    """Add each value to `out[group]`: four sums side by side, so that none waits for the last."""
    lanes = np.zeros((4, out.size))
    whole = values.size - values.size % 4
    for i in range(0, whole, 4):
        for lane in range(4):
            lanes[lane, group[i + lane]] += values[i + lane]
    for i in range(whole, values.size):
        lanes[0, group[i]] += values[i]
    out += lanes[0] + lanes[1] + lanes[2] + lanes[3]


@compiled
def gather(source: Any, rows: Ints, out: Any) -> None:
    """`out[i]` becomes row `rows[i]` of a matrix; NumPy's own takes twice as long."""
    for i in range(rows.size):
        for j in range(source.shape[1]):
            out[i, j] = source[rows[i], j]


@compiled
def linear(features: Floats, slopes: Floats, intercept: float, out: Floats) -> None:
    """Row · slopes + intercept; unlike a library's product it never starts threads of its own."""
    for i in range(out.size):
        x = intercept
        for j in range(slopes.size):
            x += features[i, j] * slopes[j]
        out[i] = x
