"""Where people come from, and what is true about whether they repay."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws
from loopsim.features import Schema

Floats = NDArray[np.float64]


class Law(Protocol):
    """P(repay | what can be seen), as log-odds."""

    def logodds(self, features: Floats, group: NDArray[np.int8]) -> Floats:
        """(n,) log-odds of repaying given (n, d) features and (n,) groups."""
        ...


class Source(Protocol):
    """A population of borrowers.

    Attributes
    ----------
    schema : Schema
    groups : names of the groups, in the order of their codes
    limits : (2, d) lowest and highest value of each feature
    law : Law
    hidden : float
        Strength of the unobserved factor, a standard normal, in log-odds.
    moves : feature moves by event, where the scenario states none
    """

    schema: Schema
    groups: tuple[str, ...]
    limits: Floats
    law: Law
    hidden: float
    moves: dict[str, dict[str, float]]

    def people(self, ids: NDArray[np.int64], draws: Draws) -> tuple[Floats, NDArray[np.int8]]:
        """(n, d) features and (n,) group codes of some people; nobody's depend on who else is."""
        ...


#: Log-odds beyond ±REACH count as ±REACH; the table has CELLS cells a unit.
REACH, CELLS = 16.0, 128


def given_hidden(strength: float) -> Floats:
    """Table from marginal log-odds to the log-odds of a person whose hidden factor is 0.

    With a factor of some strength b the marginal chance is the mean of σ(a + b·z) over z ~ N(0, 1)
    (here by Gauss–Hermite quadrature with 64 nodes); the table inverts it, so that an unobserved
    factor leaves P(repay | x) as it was.

    Returns
    -------
    (2·REACH·CELLS + 1,) the conditional log-odds at −REACH, −REACH + 1/CELLS, ... +REACH

    >>> bool(np.allclose(given_hidden(0.0), np.linspace(-16, 16, 4097)))
    True
    """
    grid = np.linspace(-REACH, REACH, int(2 * REACH * CELLS) + 1)
    conditional = grid * (1.0 + strength)
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    z = conditional[:, None] + strength * nodes
    weights = weights / weights.sum()
    top, bottom = (1 / (1 + np.exp(-z))) @ weights, (1 / (1 + np.exp(z))) @ weights
    return np.interp(grid, np.log(top) - np.log(bottom), conditional)
