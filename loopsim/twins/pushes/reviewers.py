"""How suspicious the people at the desk are of a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.clock import Phase
from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.simulation import Simulation
from loopsim.twins.pushes.base import Push


@dataclass(frozen=True)
class Reviewers(Push):
    """Shift the suspicion of reviewers for one round: the size is added to the log-odds of a no.

    Parameters
    ----------
    reviewer : int, optional
        Of one of them alone; default everybody at the desk.
    """

    reviewer: int | None = None
    phase, what = Phase.REVIEW, "reviewers' suspicion"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        team = sim.desk.reviewers  # type: ignore[union-attr]
        if self.reviewer is not None and not 0 <= self.reviewer < len(team):
            allowed = there_are([str(row) for row in range(len(team))], str(self.reviewer))
            raise InputError(f"no reviewer {self.reviewer}; {allowed}")
        bias = team.bias
        here = self.touched(sim, np.arange(len(sim.world.groups)))
        rows = slice(None) if self.reviewer is None else [self.reviewer]
        team.bias = bias.copy()
        team.bias[rows] += np.where(here, self.size, 0.0)

        def back() -> None:
            team.bias = bias

        sim.clock.at(t, Phase.REVIEW, back)  # after the reviews: what comes later goes last
