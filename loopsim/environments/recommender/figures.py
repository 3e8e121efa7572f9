"""What a recommender world measures: pure functions of arrays. All are 0 where nothing is amiss."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled

Floats = NDArray[np.float64]


def entropy(shares: Floats) -> Floats:
    """(n,) entropy of each row of (n, d) shares over that of even ones: 1 even, 0 all in one.

    >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]]))
    array([1., 0.])
    """
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return -(shares * logs).sum(axis=1) / max(np.log(shares.shape[1]), 1e-300) + 0.0


def miscalibration(taste: Floats, consumed: Floats, smooth: float = 0.01) -> Floats:
    """(n,) Kullback–Leibler divergence of what is consumed from the taste, in nats; 0 if alike.

    KL(p ‖ (1 − α)q + αp) of the (n, d) shares p of the taste and q of consumption, α = `smooth`
    (Steck 2018, equation 6).

    >>> miscalibration(np.array([[0.5, 0.5]]), np.array([[0.5, 0.5]]))
    array([0.])
    """
    mixed = (1.0 - smooth) * consumed + smooth * taste
    ratio = np.divide(taste, mixed, out=np.ones_like(taste), where=taste > 0)
    return (taste * np.log(ratio)).sum(axis=1)


def bimodality(values: Floats) -> float:
    """Sarle's bimodality coefficient in (0, 1]: 5/9 for a uniform, 1/3 for a normal law, 1 for two
    points; above 5/9 speaks for two camps (SAS/STAT; Pfister et al. 2013). NaN without spread.

    >>> round(bimodality(np.array([-1.0, 1.0] * 500)), 3)
    0.995
    """
    n = values.size
    spread = values.std()
    if n < 4 or not spread > 0.0:
        return float("nan")
    z = (values - values.mean()) / spread
    skew = (z**3).mean() * np.sqrt(n * (n - 1.0)) / (n - 2.0)
    excess = ((n + 1.0) * ((z**4).mean() - 3.0) + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
    return float((skew**2 + 1.0) / (excess + 3.0 * (n - 1.0) ** 2 / ((n - 2.0) * (n - 3.0))))


def jaccard(lists: NDArray[Any], one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Mean Jaccard index of pairs of rows of (n, h) lists of items, -1 for none.

    0 nothing in common, 1 the same items. A pair with an empty list does not count; NaN if none
    is left.

    >>> lists = np.array([[1, 2, -1], [2, 3, -1], [-1, -1, -1]])
    >>> round(jaccard(lists, np.array([0, 0]), np.array([1, 2])), 3)
    0.333
    """
    found = np.empty(one.size)
    _jaccard(np.asarray(lists), one, other, found)
    return mean(found[found >= 0.0])


@compiled
def _jaccard(lists: Any, one: Any, other: Any, out: Any) -> None:
    """The index of each pair, -1 where a list is empty."""
    for i in range(out.size):
        a, b = lists[one[i]], lists[other[i]]
        common = union = first = 0
        for h in range(a.size):
            if a[h] >= 0 and not _among(a[h], a[:h]):
                first += 1
                common += _among(a[h], b)
        for h in range(b.size):
            if b[h] >= 0 and not _among(b[h], b[:h]):
                union += 1
        out[i] = -1.0 if first == 0 or union == 0 else common / (first + union - common)


@compiled
def _among(item: int, items: Any) -> bool:
    for other in items:  # noqa: SIM110, compiled code knows no generators
        if other == item:
            return True
    return False


def diversity(slates: NDArray[np.int64], vectors: NDArray[Any]) -> float:
    """Mean over (n, k) slates of 1 less the mean cosine of two of their items.

    0 the same thing k times (Ziegler et al. 2005); NaN for slates of one.
    """
    n, k = slates.shape
    if n == 0 or k < 2:
        return float("nan")
    v = vectors[slates].astype(float)
    v /= np.maximum(np.sqrt((v**2).sum(axis=2, keepdims=True)), 1e-12)
    # Σ over pairs of v·w is (‖Σv‖² − Σ‖v‖²)/2.
    pairs = ((v.sum(axis=1) ** 2).sum(axis=1) - (v**2).sum(axis=(1, 2))) / (k * (k - 1.0))
    return float(1.0 - pairs.mean())


def mean(values: Any) -> float:
    """The mean; NaN of nothing."""
    return float(np.mean(values)) if np.size(values) else float("nan")


def logistic(x: Any) -> Any:
    """1/(1 + exp(−x)), without overflow."""
    half = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, half) / (1.0 + half)
