"""Each card's mean amount and how much its amounts spread, without what is chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from loopsim.calibrate.fraud.transactions import Transactions

Floats = NDArray[np.float64]
SPREADS = np.linspace(0.02, 3.0, 300)  # that a card may have


def moments(spread: Floats) -> tuple[Floats, Floats]:
    """Mean of the world's amounts over a card's `mean`, and their deviation over that mean.

    They are mean·(1 + spread·N(0, 1)), and uniform up to twice the mean where that is negative.

    >>> [x.round(3).tolist() for x in moments(np.array([0.02, 0.5, 3.0]))]
    [[1.0, 1.027, 2.132], [0.02, 0.461, 0.863]]
    """
    a = 1.0 / spread
    density = np.exp(-0.5 * a**2) / np.sqrt(2.0 * np.pi)
    first = ndtr(a) + spread * density + ndtr(-a)
    second = (1.0 + spread**2) * ndtr(a) + spread * density + 4.0 / 3.0 * ndtr(-a)
    return first, np.sqrt(second - first**2) / first


def amounts_of(made: Transactions) -> tuple[Floats, Floats, float]:
    """(cards,) `mean` and `spread` of honest amounts as the world takes them; and the deviation of
    the data's amounts over their card's mean, of all cards together.
    """
    honest = ~made.fraud
    card, amount = made.card[honest], made.amount[honest]
    number = np.bincount(card, minlength=made.cards)
    total = np.bincount(card, amount, minlength=made.cards)
    own = np.where(number > 0, total / np.maximum(number, 1), float(amount.mean()))
    off = (amount - own[card]) ** 2
    squares = np.bincount(card, off, minlength=made.cards).astype(np.float64)
    freedom = np.maximum(number - 1, 0)
    within = float(squares.sum()) / max(int(freedom.sum()), 1)
    chance = within / np.maximum(number, 1)
    between = max(float(own[number > 0].var() - chance[number > 0].mean()), 0.0)
    share = np.sqrt(between / np.maximum(between + chance, 1e-12))
    middle = float(own[number > 0].mean())
    mean = np.maximum(middle + share * (own - middle), 0.01 * middle)
    relative = float(squares.sum() / max(float((freedom * mean**2).sum()), 1e-12))
    spread = _spreads(squares / mean**2, freedom, relative)
    return mean / moments(spread)[0], spread, float(np.sqrt(relative))


def _spreads(squares: Floats, freedom: NDArray[np.int64], relative: float) -> Floats:
    """From each card's relative variance, drawn towards that of all as far as it is chance.

    The sample variance of n normal amounts has the relative variance 2/(n − 1).
    """
    several, of = freedom > 0, np.maximum(freedom, 1)
    mine, chance, between = squares / of, 2.0 * relative**2 / of, 0.0
    if several.any():
        off = (mine[several] - relative) ** 2 - chance[several]
        between = max(float(np.average(off, weights=freedom[several])), 0.0)
    share = np.where(several, np.sqrt(between / np.maximum(between + chance, 1e-12)), 0.0)
    deviation = np.sqrt(np.maximum(relative + share * (mine - relative), 0.0))
    return np.asarray(np.interp(deviation, moments(SPREADS)[1], SPREADS))
