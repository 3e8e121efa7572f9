"""What the model says, and where the policy draws its line."""

from __future__ import annotations

import numpy as np

from loopsim.clock import Phase
from loopsim.environments.base import form
from loopsim.simulation import Simulation
from loopsim.twins.pushes.base import Push


class Scores(Push):
    """Shift what the live model says of a group; scores stay in [0, 1]."""

    phase, what = Phase.DECIDE, "the live model's scores"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        here = self.touched(sim, sim.cases.group)
        scores = sim.cases.scores + np.where(here, self.size, 0.0)
        sim.cases.scores = scores if form(sim.world) == "value" else np.clip(scores, 0.0, 1.0)


class Threshold(Push):
    """Shift the policy's threshold: it decides on lower scores, while the log has the true ones."""

    phase, what = Phase.DECIDE, "the policy's threshold"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        scores = sim.cases.scores
        here = self.touched(sim, sim.cases.group)
        sim.cases.scores = np.clip(scores - np.where(here, self.size, 0.0), 0.0, 1.0)

        def back() -> None:
            sim.cases.scores = scores

        sim.clock.at(t, Phase.DECIDE, back)  # after the decision: what comes later goes last
