"""Many tests at once: what a p-value is worth then."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def adjusted(p: Floats, control: str) -> Floats:
    """p-values that may be compared with one level for all of them.

    Parameters
    ----------
    p : (m,) float array
        NaN where there was no test; such places do not count.
    control : {"bonferroni", "holm", "bh"}
        ``bonferroni`` and ``holm`` (Holm 1979) keep the chance of any false finding at the level,
        whatever the tests have in common; ``bh`` (Benjamini and Hochberg 1995) keeps the expected
        share of false ones among the findings, and so also the chance of any where all are false,
        if the tests are independent or positively dependent.

    >>> adjusted(np.array([0.01, 0.04, 0.03]), "holm").round(2)
    array([0.03, 0.06, 0.06])
    >>> adjusted(np.array([0.01, 0.04, 0.03]), "bh").round(2)
    array([0.03, 0.04, 0.04])
    """
    out = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    m = order.size
    rank = np.arange(1, m + 1)
    if control == "bonferroni":
        raised = p[order] * m
    elif control == "holm":
        raised = np.maximum.accumulate(p[order] * (m + 1 - rank))
    else:
        raised = np.minimum.accumulate((p[order] * m / rank)[::-1])[::-1]
    out[order] = np.minimum(raised, 1.0)
    return out
