"""Answers that do not look at the score, or only by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.policies import kernels
from loopsim.policies.base import Decision


@dataclass(frozen=True)
class SharePolicy:
    """Yes for a share of the cases, whatever their scores: everyone (1), nobody (0), or by chance.

    Parameters
    ----------
    share : float in [0, 1]
        Probability of yes, independently for each case.
    name : str

    Examples
    --------
    >>> import numpy as np
    >>> two = np.arange(2)
    >>> SharePolicy(1.0, "everyone").decide(Cases(0, two, two, np.zeros(2, np.int8)), Draws(0))
    (array([1, 1], dtype=int8), array([1., 1.]))
    """

    share: float
    name: str = "random"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`. The uniforms are keyed, so 0 and 1 need none and move no other."""
        if self.share in (0.0, 1.0):
            return np.full(len(cases), self.share, np.int8), np.ones(len(cases))
        yes = draws.uniform(Stream.EXPLORE, cases.round, cases.ids) < self.share
        return yes.view(np.int8), np.where(yes, self.share, 1.0 - self.share)


@dataclass(frozen=True)
class LogisticPolicy:
    """Yes with probability σ(slope·(score − at)): the better the score, the likelier.

    Parameters
    ----------
    at : float
        Score at which yes and no are equally likely.
    slope : float
        Change of the log-odds of yes per unit of score; a large one is nearly a threshold.
    name : str
    """

    at: float
    slope: float
    name: str = "logistic"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`; every case has a chance of both answers."""
        propensities = draws.uniform(Stream.EXPLORE, cases.round, cases.ids)
        actions = np.empty(len(cases), np.int8)
        kernels.logistic(cases.scores, self.at, self.slope, propensities, actions)
        return actions, propensities
