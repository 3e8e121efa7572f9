"""Yes at or above a score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.policies import kernels
from loopsim.policies.base import Decision


@dataclass(frozen=True)
class ThresholdPolicy:
    """One threshold for everybody.

    Parameters
    ----------
    at : float
        Score at or above which the answer is yes.
    name : str

    Examples
    --------
    >>> import numpy as np
    >>> three = np.arange(3)
    >>> cases = Cases(0, three, three, np.zeros(3, np.int8), scores=np.array([0.2, 0.7, 0.9]))
    >>> ThresholdPolicy(0.7).decide(cases, Draws(0))
    (array([0, 1, 1], dtype=int8), array([1., 1., 1.]))
    """

    at: float
    name: str = "threshold"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`; the scores settle the answer, so each propensity is 1."""
        return (cases.scores >= self.at).view(np.int8), np.ones(len(cases))


@dataclass(frozen=True, eq=False)
class GroupThresholdPolicy:
    """A threshold for each group.

    Parameters
    ----------
    at : (g,) float64 array
        By group, the score at or above which the answer is yes.
    name : str
    """

    at: NDArray[np.float64]
    name: str = "group thresholds"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`; scores and groups settle the answer, so each propensity is 1."""
        actions = np.empty(len(cases), np.int8)
        kernels.compare(cases.scores, cases.group, self.at, kernels.ABOVE, actions)
        return actions, np.ones(len(cases))
