"""What a policy is: scores in, actions and their propensities out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws

#: (n,) int8 actions in {0, 1}, and (n,) float64 propensities of those actions, in (0, 1].
Decision = tuple[NDArray[np.int8], NDArray[np.float64]]


class Policy(Protocol):
    """Turns scores into actions, and says how likely each action was.

    `decide` reads ``cases.scores``, ``cases.features``, ``cases.group`` and ``cases.ids``, changes
    none of them, and never reads the truth. Its draws are keyed by ``(Stream.EXPLORE or Stream.TIE,
    cases.round, cases.ids)``, so a draw may be left out where its probability is 0 or 1: no other
    draw moves. `loopsim.testing.policies.check_policy` checks all of this.
    """

    @property
    def name(self) -> str:
        """What a report or an error calls the policy (a plain attribute will do)."""
        ...

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """Actions for one round's cases, and the probability of each, given the scores."""
        ...
