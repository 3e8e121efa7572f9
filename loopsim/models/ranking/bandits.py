"""Recommenders that prefer what they know little of: one linear bandit a user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.kernels import compiled
from loopsim.models.base import Floats
from loopsim.models.ranking.beliefs import Clipped
from loopsim.models.ranking.scorers import Factors
from loopsim.models.ranking.tastes import USERS, TasteModel, packed, unpacked
from loopsim.slates import Visits


class LinUCB(TasteModel):
    """The upper end of what an item may be worth (Li, Chu, Langford and Schapire 2010).

    x·slopes + alpha · √(xᵀA⁻¹x) for an item with attributes x, with the slopes and the A of
    `TasteModel`: linear in items' attributes with a taste a user, where the paper has a taste an
    item. Weights count as so many impressions, so large ones make it sure too early.

    Parameters
    ----------
    alpha : float >= 0
        Size of the bonus, where A has unit noise: one standard deviation of what is not known is
        that of a click, √(p(1 − p)), 0.3 for a rate of a tenth. 0 is `Content`.
    prior : float > 0
    """

    name = "linucb"
    uncertain = True

    def __init__(self, alpha: float = 0.3, prior: float = 30.0) -> None:
        super().__init__(prior)
        self.alpha = alpha

    def scorer(self, visits: Visits) -> UpperBounds:
        """Two matrix products a block: one for the means, one for the variances."""
        design = self.design(visits.catalogue)
        return UpperBounds(self, visits, self.slopes(visits), design, squares(design))


def squares(design: NDArray[np.float32]) -> NDArray[np.float32]:
    """(m, d(d+1)/2) products of attributes: with a packed covariance they give xᵀAx.

    >>> squares(np.array([[1.0, 3.0]], dtype=np.float32))
    array([[1., 6., 9.]], dtype=float32)
    """
    i, j = np.tril_indices(design.shape[1])
    return design[:, i] * design[:, j] * np.where(i == j, 1, 2).astype(np.float32)


@dataclass(frozen=True, eq=False)
class UpperBounds:
    """Mean plus a bonus for what is not known."""

    model: LinUCB
    visits: Visits
    slopes: NDArray[np.float32]
    design: NDArray[np.float32]
    squares: NDArray[np.float32]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        root = unpacked(self.model.roots(self.visits.users[at]), self.design.shape[1])
        covariance = packed(root @ root.transpose(0, 2, 1))
        variances = covariance @ self.squares.T
        scores: NDArray[np.float32] = self.slopes[at] @ self.design.T
        _raise(scores, variances, np.float32(self.model.alpha))
        return scores

    def believed(self, scores: NDArray[Any]) -> Floats:
        """The bound itself, which is too high on purpose, cut to [0, 1]."""
        return Clipped()(scores)


@compiled
def _raise(scores: NDArray[np.float32], variances: NDArray[np.float32], alpha: np.float32) -> None:
    """Add alpha standard deviations; a variance that rounding took below 0 is 0."""
    for i in range(scores.shape[0]):
        for j in range(scores.shape[1]):
            scores[i, j] += alpha * np.sqrt(max(variances[i, j], np.float32(0.0)))


class Thompson(TasteModel):
    """A taste drawn for each user from what theirs may be (Agrawal and Goyal 2013).

    Slopes are drawn from a Gaussian with mean and covariance spread² · A⁻¹ of `TasteModel`, once a
    user; `score` draws from the fit's own ``random_state``, so that a user meets the same draw
    until the next fit. `score_drawn` draws anew each round.

    A policy that shows the best of a draw logs propensities given that draw: 1, and not the
    probability over draws.

    Parameters
    ----------
    spread : float >= 0
        As LinUCB's alpha: 0.3 draws from the posterior itself where a tenth of what is shown is
        clicked. 0 is `Content`.
    prior : float > 0
    """

    name = "thompson"
    uncertain = True
    needs_draws = True

    def __init__(self, spread: float = 0.3, prior: float = 30.0) -> None:
        super().__init__(prior)
        self.spread = spread

    def scorer(self, visits: Visits) -> Factors:
        """Drawn slopes · attributes, the draw that of the fit."""
        return self._drawn(visits, Draws(int(self.learnt["state"])), 0)

    def score_drawn(self, visits: Visits, draws: Draws, t: int) -> Any:
        """Like `score`, with slopes drawn for round t."""
        return self._drawn(visits, draws, t) if self.learnt else self.score(visits)

    def _drawn(self, visits: Visits, draws: Draws, t: int) -> Factors:
        slopes = self.slopes(visits)
        n, d = slopes.shape
        for first in range(0, n, USERS):
            at = slice(first, first + USERS)
            users = visits.users[at]
            z = [draws.normal(Stream.FIT, t, users, 1 + j) for j in range(d)]
            root = unpacked(self.roots(users), d)
            slopes[at] += self.spread * np.einsum("nij,jn->ni", root, np.array(z))
        return Factors(slopes, self.design(visits.catalogue), Clipped())
