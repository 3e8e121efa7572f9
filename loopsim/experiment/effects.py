"""Checks of means over seeds, with their intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from loopsim.experiment.check import Check
from loopsim.twins.statistics import paired_t


def above(name: str, differences: ArrayLike, than: float = 0.0) -> Check:
    """The mean over seeds is above a value for sure: its whole 95% t interval is.

    >>> above("gain", [0.9, 1.0, 1.1]).verdict, above("gain", [-1.0, 1.0, 1.0]).verdict[:6]
    ('holds', 'MISSED')
    """
    return within(name, differences, than, np.inf, sure=True)


def below(name: str, differences: ArrayLike, than: float = 0.0) -> Check:
    """The mean over seeds is below a value for sure: its whole 95% t interval is."""
    return within(name, differences, -np.inf, than, sure=True)


def within(name: str, values: ArrayLike, low: float, high: float, sure: bool = False) -> Check:
    """The mean over seeds lies in a band; its 95% t interval stands beside it.

    Parameters
    ----------
    name : str
    values : (seeds,) a figure, or a paired difference, of each seed
    low, high : float
        The band.
    sure : bool
        Whether the whole interval must lie in it, which is how a control shows that there is no
        effect worth the name.

    >>> within("no effect", [0.01, -0.01, 0.0], -0.1, 0.1, sure=True).verdict
    'holds'
    """
    mean, *ends = paired_t(np.asarray(values, dtype=np.float64))
    return Check(name, mean, low, high, interval=(ends[0], ends[1]), sure=sure)
