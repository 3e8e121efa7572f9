"""Distances between two samples of one column, each with the chance of it without a change.

Every function takes (n,) usual and (m,) new values, none missing, and the number of levels where
they are codes of a category (None: they are numbers). It returns the distance, 0 where the two are
alike, and a p-value: the chance of one as large where both come from the same law.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from loopsim.monitoring.drift.permutations import PERMUTATIONS, labelled, tail

Floats = NDArray[np.float64]
Distance = Callable[[Floats, Floats, int | None], tuple[float, float]]
BINS = 10


def ks(usual: Floats, new: Floats, levels: int | None) -> tuple[float, float]:
    """Kolmogorov–Smirnov: the largest distance between the distribution functions, in [0, 1].

    With the asymptotic law; ties make it careful. A category is compared by the largest difference
    of the shares of any set of its levels (half of the sum over levels), with the χ² test.

    >>> ks(np.array([1.0, 2.0]), np.array([3.0, 4.0]), None)[0]
    1.0
    """
    from scipy.stats import ks_2samp

    if levels is not None:
        p, q = _shares(usual, new, levels)
        return float(np.abs(p - q).sum() / 2.0), _pearson(usual, new, levels)
    result = ks_2samp(usual, new, method="asymp")
    return float(result.statistic), float(result.pvalue)


def psi(usual: Floats, new: Floats, levels: int | None) -> tuple[float, float]:
    """Population stability index: Σ (q − p)·ln(q/p) over tenths of the usual values, or levels.

    An empty bin counts as half a case. Where nothing has changed it is (1/n + 1/m) times a χ² with
    bins − 1 degrees of freedom (Yurdakul and Naranjo 2020), which gives the p-value.

    >>> x = np.repeat([0.0, 1.0], [60, 40])
    >>> round(psi(x, np.repeat([0.0, 1.0], [40, 60]), 2)[0], 4)  # 2 · .2 · ln 1.5
    0.1622
    """
    p, q = _shares(usual, new, levels)
    p, q = np.maximum(p, 0.5 / usual.size), np.maximum(q, 0.5 / new.size)
    value = float(((q - p) * np.log(q / p)).sum())
    return value, _chi_square(value / (1.0 / usual.size + 1.0 / new.size), p.size)


def jensen_shannon(usual: Floats, new: Floats, levels: int | None) -> tuple[float, float]:
    """Jensen–Shannon distance, in [0, 1]: the root of the divergence to base 2, in the same bins.

    Where nothing has changed, 8 times the divergence (to base e) is (1/n + 1/m) times a χ² with
    bins − 1 degrees of freedom: its second-order term is an eighth of Pearson's distance.
    """
    p, q = _shares(usual, new, levels)
    middle = (p + q) / 2.0
    divergence = max(0.0, (_entropy(p, middle) + _entropy(q, middle)) / 2.0)
    scale = 1.0 / usual.size + 1.0 / new.size
    return float(np.sqrt(divergence / np.log(2.0))), _chi_square(8.0 * divergence / scale, p.size)


def wasserstein(
    usual: Floats, new: Floats, levels: int | None, permutations: int = PERMUTATIONS
) -> tuple[float, float]:
    """Wasserstein-1: how far values were carried on average, in standard deviations of the usual.

    The p-value comes from permutations of who is new, see `tail`. A category is
    compared as in `ks`: each level is one away from every other.
    """
    if levels is not None:
        return ks(usual, new, levels)
    both = np.concatenate([usual, new])
    order = np.argsort(both, kind="stable")
    steps = np.diff(both[order])
    chosen = labelled(usual.size, new.size, permutations)[:, order[:-1]]
    chosen[0] = order[:-1] >= usual.size  # the first row is what was seen
    rank = np.arange(1, both.size)
    above = np.cumsum(chosen, axis=1, dtype=np.int32)
    far = np.abs(above / new.size - (rank - above) / usual.size) @ steps
    unit = usual.std() or both.std() or 1.0
    return float(far[0] / unit), tail(far[0], far[1:])


def mean(usual: Floats, new: Floats, levels: int | None) -> tuple[float, float]:
    """The mean of the new values (no distance), and whether it differs from the usual: Welch."""
    error = np.sqrt(usual.var(ddof=1) / usual.size + new.var(ddof=1) / new.size)
    apart = abs(new.mean() - usual.mean())
    if apart == 0.0:
        return float(new.mean()), 1.0
    from scipy.special import ndtr

    return float(new.mean()), float(2.0 * ndtr(-apart / error)) if error > 0.0 else 0.0


def _shares(usual: Floats, new: Floats, levels: int | None) -> tuple[Floats, Floats]:
    """Shares of both in the bins that are not empty in both."""
    p, q = _counts(usual, new, levels)
    return p / usual.size, q / new.size


def _counts(usual: Floats, new: Floats, levels: int | None) -> tuple[Floats, Floats]:
    binned = _tenths(usual, new) if levels is None else (usual, new)
    codes = np.concatenate(binned).astype(np.int64)
    p = np.bincount(codes[: usual.size], minlength=codes.max() + 1).astype(float)
    q = np.bincount(codes[usual.size :], minlength=codes.max() + 1).astype(float)
    some = p + q > 0
    return p[some], q[some]


def _tenths(usual: Floats, new: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bins between the deciles of the usual values; of all values where those are but one."""
    cuts = partial(np.quantile, q=np.linspace(0.0, 1.0, BINS + 1)[1:-1])
    edges = np.unique(cuts(usual))
    if edges.size < 2:
        edges = np.unique(np.r_[cuts(np.concatenate([usual, new])), usual.min(), new.min()])
    return np.searchsorted(edges, usual), np.searchsorted(edges, new)


def _entropy(p: Floats, middle: Floats) -> float:
    some = p > 0.0
    return float((p[some] * np.log(p[some] / middle[some])).sum())


def _pearson(usual: Floats, new: Floats, levels: int) -> float:
    p, q = _counts(usual, new, levels)
    share = (p + q) / (usual.size + new.size)
    distance = ((p - usual.size * share) ** 2 / (usual.size * share)).sum()
    distance += ((q - new.size * share) ** 2 / (new.size * share)).sum()
    return _chi_square(float(distance), p.size)


def _chi_square(value: float, bins: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(bins - 1, value)) if bins > 1 else 1.0
