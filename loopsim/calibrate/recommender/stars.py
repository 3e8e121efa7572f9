"""The law of stars: from the log-odds of a choice to a rating, and how well it knows new ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.recommender.log import Log
from loopsim.environments.recommender.stars import GOOD, MOST, StarLaw

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DECILES = 10


def stars_of(log: Log) -> Ints | None:
    """(n,) stars from 1 to 5, halves rounded down; None if the ratings are on another scale."""
    if log.rating is None or log.rating.max() > MOST:
        return None
    stars = np.clip(np.floor(log.rating), 1, MOST).astype(np.int64)
    return stars if np.unique(stars).size > 1 else None


def fit_stars(value: Floats, stars: Ints) -> StarLaw:
    """Ordered probit of stars by value, by maximum likelihood.

    A further half row of each number of stars at the mean value keeps cuts apart that no row would.
    """
    from scipy.optimize import minimize

    spread = max(float(value.std()), 1e-9)
    unit, each = (value - value.mean()) / spread, np.arange(MOST)

    def law(w: Floats) -> StarLaw:
        return StarLaw(float(w[0]), np.cumsum(np.concatenate([w[1:2], np.exp(w[2:])])))

    def loss(w: Floats) -> float:
        made = law(w)
        chance = made.shares(unit)[np.arange(unit.size), stars - 1]
        pseudo = made.shares(np.zeros(1))[0, each]
        floor = 1e-300
        total = (
            np.log(np.maximum(chance, floor)).sum() + 0.5 * np.log(np.maximum(pseudo, floor)).sum()
        )
        return -float(total) / unit.size

    best = minimize(loss, np.array([0.2, -1.5, -0.5, -0.5, -0.5]), method="L-BFGS-B").x
    fitted = law(best)
    slope = fitted.slope / spread if value.std() > 0.0 else 0.0
    return StarLaw(slope, fitted.cuts + slope * float(value.mean()))


@dataclass(frozen=True)
class StarsFound:
    """What the law of stars says of held-out ratings.

    Attributes
    ----------
    rows : int
    data, law : float
        Shares of 4 and 5 stars, and what the law expects.
    gain : float
        By how much the mean log-likelihood of a rating is above that of earlier shares of stars,
        in nats; 0: the value tells nothing.
    value, by_value, by_law : (10,) float
        Tenths of the rows by value: mean value, share of good ratings, and what the law expects.
    """

    rows: int
    data: float
    law: float
    gain: float
    value: tuple[float, ...]
    by_value: tuple[float, ...]
    by_law: tuple[float, ...]


def found(law: StarLaw, earlier: Ints, value: Floats, stars: Ints) -> StarsFound:
    """Hold the law against ratings that it was not fitted to; `earlier` are those it could see."""
    shares = law.shares(value)
    usual = np.bincount(earlier - 1, minlength=MOST) + 0.5
    base = np.log(usual / usual.sum())[stars - 1].mean()
    gain = np.log(np.maximum(shares[np.arange(stars.size), stars - 1], 1e-12)).mean() - base
    good, expected = stars >= GOOD, shares[:, GOOD - 1 :].sum(axis=1)
    tenths = np.array_split(np.argsort(value, kind="stable"), DECILES)
    means = [tuple(float(x[at].mean()) for at in tenths) for x in (value, good, expected)]
    return StarsFound(stars.size, float(good.mean()), float(expected.mean()), float(gain), *means)
