"""What people are, and how they are seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.clock import Phase
from loopsim.errors import InputError
from loopsim.simulation import Simulation
from loopsim.twins.pushes.base import Push


@dataclass(frozen=True)
class Features(Push):
    """Shift one feature of people, as the model sees them in one round; people stay as they are.

    Parameters
    ----------
    feature : str
        Its unit is the size's.
    """

    feature: str = ""
    phase, what = Phase.SCORE, "a feature, as it is seen,"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        here = self.touched(sim, sim.cases.group)
        seen = sim.cases.features.copy()
        seen[here, self._column(sim)] += self.size
        sim.cases.features = seen

    def _column(self, sim: Simulation) -> int:
        return sim.world.schema.names.index(self.feature) if self.feature else 0


class People(Features):
    """Shift one feature of people themselves, for good, in the column that decisions move.

    A world that remembers something of people between rounds has ``moved()``, and is told.
    """

    phase, what = Phase.ARRIVE, "a feature"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        if "carried" not in sim.people:
            raise InputError("people: this world has no column 'carried' to push")
        carried = sim.people["carried"]
        here = self.touched(sim, np.asarray(sim.world.group(sim.people, slice(None))))
        column = carried if carried.ndim == 1 else carried[:, self._column(sim)]
        column[here] += self.size
        if hasattr(sim.world, "moved"):
            sim.world.moved()
