"""A share of the cases is answered by chance, so that something is learnt about everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.policies.base import Decision, Policy


@dataclass(frozen=True)
class Exploring:
    """Another policy's answers, save for a random share of the cases.

    A case is explored with probability `share`, and then answered yes with probability `yes`. With
    ``yes=1`` that is a random acceptance slice: refusing a good case at random teaches nothing
    where a refusal hides the label. With ``yes=0.5`` it is the ε-greedy rule over two actions.
    Where the policy says yes with probability p, the mixture says it with probability
    (1 − share)·p + share·yes, and that is the propensity that is logged, whether or not the case
    was explored.

    Parameters
    ----------
    policy : Policy
    share : float in [0, 1]
        ε, the share of cases whose answer is drawn and not computed.
    yes : float in [0, 1]
        Probability of yes among them.
    """

    policy: Policy
    share: float
    yes: float = 1.0

    @property
    def name(self) -> str:
        """The policy's name, and that it explores."""
        return f"{self.policy.name} (explores {self.share:.3g})"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`. The policy's own draws are repeat 0, so these are repeat 1."""
        answers, chances = self.policy.decide(cases, draws)
        u = draws.uniform(Stream.EXPLORE, cases.round, cases.ids, k=1)
        # One uniform does both: explored yes below share·yes, explored no from there to share.
        actions = np.where(u < self.share, u < self.share * self.yes, answers).astype(np.int8)
        policy = np.where(actions == answers, chances, 1.0 - chances)
        explored = np.where(actions == 1, self.yes, 1.0 - self.yes)
        return actions, policy + self.share * (explored - policy)
