"""How far reviewers agree, beyond what chance would do.

A table of ratings is (items, raters): category codes from 0 up, -1 where a rater did not rate.

>>> one, other = np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0])
>>> cohen_kappa(one, other)
0.5
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ratings = NDArray[np.integer]
MISSING = -1


def observed(one: Ratings, other: Ratings) -> float:
    """Share of items on which two raters agree; NaN without items."""
    return float(np.mean(one == other)) if one.size else float("nan")


def cohen_kappa(one: Ratings, other: Ratings) -> float:
    """Agreement of two raters beyond chance: (p_o − p_e)/(1 − p_e), each with their own habits.

    1 is full agreement, 0 what two raters with these shares would reach by chance; NaN where chance
    alone would agree on everything (both use one and the same category). Cohen (1960).
    """
    if one.size == 0:
        return float("nan")
    categories = int(max(one.max(), other.max())) + 1
    first, second = (np.bincount(r, minlength=categories) / r.size for r in (one, other))
    return _beyond_chance(observed(one, other), float(first @ second))


def fleiss_kappa(ratings: Ratings) -> float:
    """Agreement of any raters beyond chance, each item rated by as many; Fleiss (1971).

    1 is full agreement, 0 chance by the pooled shares; NaN if all ratings are alike, ValueError if
    items have different numbers of ratings.

    >>> fleiss_kappa(np.array([[0, 0, 0], [1, 1, 1]]))
    1.0
    """
    counts = _counts(ratings)
    raters = counts.sum(axis=1)
    if counts.size == 0 or raters.max() < 2:
        return float("nan")
    if (raters != raters[0]).any():
        raise ValueError("Fleiss' kappa needs as many ratings of each item; use krippendorff_alpha")
    pairs = (counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))
    shares = counts.sum(axis=0) / counts.sum()
    return _beyond_chance(float(pairs.mean()), float(shares @ shares))


def krippendorff_alpha(ratings: Ratings) -> float:
    """1 − observed over expected disagreement, for categories and any pattern of missing ratings.

    1 is full agreement, 0 chance; NaN if all ratings that can be paired are alike. Items with fewer
    than two ratings say nothing. Krippendorff (2011), nominal metric.
    """
    counts = _counts(ratings)
    counts = counts[counts.sum(axis=1) >= 2]
    if counts.size == 0:
        return float("nan")
    per_item, totals = counts.sum(axis=1), counts.sum(axis=0)
    n = int(totals.sum())
    apart = (per_item**2 - (counts**2).sum(axis=1)) / (per_item - 1)
    expected = (n**2 - (totals**2).sum()) / (n - 1)
    return float(1.0 - apart.sum() / expected) if expected else float("nan")


def _beyond_chance(agreed: float, chance: float) -> float:
    return (agreed - chance) / (1.0 - chance) if chance < 1.0 else float("nan")


def _counts(ratings: Ratings) -> NDArray[np.int64]:
    """(items, categories) how many gave each rating."""
    if ratings.size == 0:
        return np.zeros((0, 0), np.int64)
    categories = range(int(ratings.max()) + 1)
    return np.stack([(ratings == c).sum(axis=1) for c in categories], axis=1).astype(np.int64)
