"""Fairness-constrained policies: one rate for all groups, and the most money under it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.policies import kernels
from loopsim.policies.base import Decision
from loopsim.policies.ladder import Ladder, best_rate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CommonRatePolicy:
    """Group thresholds that give every group the same rate, at the highest believed utility.

    The rate is the selection rate (demographic parity) or the true positive rate as the round's
    scores have it (equal opportunity). The threshold of each group is found anew from the scores of
    each round; cases exactly at their group's threshold get yes by chance, with the share that
    makes the rates equal, and that share is their logged propensity. The rates are equal in
    expectation over that chance; where few share the threshold's score they are so within a case.

    A group that is absent from the round, or in which (equal opportunity) no score is positive,
    binds nobody; equal opportunity never says yes to a score of 0.

    Parameters
    ----------
    break_even : float in [0, 1]
        loss/(gain + loss): all that matters of the money.
    positives : bool
        True for equal opportunity, False for demographic parity.
    groups : int
        Number of groups.
    name : str

    References
    ----------
    Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning.
    Liu, Dean, Rolf, Simchowitz and Hardt (2018), Delayed impact of fair machine learning.

    Examples
    --------
    Two groups of two, break-even 0.5: alone, group 0 would get two loans and group 1 none.

    >>> import numpy as np
    >>> policy = CommonRatePolicy(0.5, positives=False, groups=2, name="demographic-parity")
    >>> scores = np.array([0.9, 0.8, 0.4, 0.1])
    >>> policy.thresholds(scores, np.array([0, 0, 1, 1], np.int8))
    (array([0.9, 0.4]), array([1., 1.]))
    """

    break_even: float
    positives: bool
    groups: int
    name: str

    def thresholds(
        self, scores: Floats, group: NDArray[np.int8], mass: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """By group: the threshold, and the share of those exactly at it who get yes.

        Parameters
        ----------
        scores : (n,) float64 array in [0, 1]
        group : (n,) int8 array
        mass : (n,) float64 array, optional
            How many people each row stands for: the exact rule for a distribution, no cases needed.

        Returns
        -------
        at, share : (g,) float64 arrays
            `at` is infinite where nobody gets yes.
        """
        ladders: dict[int, Ladder] = {}
        for g in range(self.groups):
            own = np.flatnonzero(group == g)
            ladder = Ladder.climb(scores[own], self.positives, None if mass is None else mass[own])
            if ladder is not None:
                ladders[g] = ladder
        rate = best_rate(list(ladders.values()), self.break_even)
        at, share = np.full(self.groups, np.inf), np.zeros(self.groups)
        for g, ladder in ladders.items():
            at[g], share[g] = ladder.cut(rate)
        return at, share

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`. Only cases at a threshold need a draw; keyed, it moves no other."""
        at, share = self.thresholds(cases.scores, cases.group)
        actions, propensities = np.empty(len(cases), np.int8), np.ones(len(cases))
        kernels.compare(cases.scores, cases.group, at, kernels.TIED, actions)
        tied = np.flatnonzero(actions == kernels.TIED)
        chance = share[cases.group[tied]]
        yes = draws.uniform(Stream.EXPLORE, cases.round, cases.ids[tied]) < chance
        actions[tied] = yes
        propensities[tied] = np.where(yes, chance, 1.0 - chance)
        return actions, propensities
