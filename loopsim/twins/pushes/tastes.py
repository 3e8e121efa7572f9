"""What users of a catalogue like."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.clock import Phase
from loopsim.draws import Stream
from loopsim.simulation import Simulation
from loopsim.twins.pushes.base import Push

SHARE = 0.1  # of the items, whose mean says which way
Floats = NDArray[np.float64]


class Tastes(Push):
    """Turn tastes for good, towards the mean of a keyed tenth of the items; their length stays.

    The size is what is added in that direction, in lengths of the taste. Followed by the mean
    cosine of tastes, as they are read, and that direction.
    """

    phase, what = Phase.ARRIVE, "the taste for a tenth of the items, in its own length,"
    traced = "cosine of tastes and pushed items"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        tastes, here = sim.people["carried_tastes"], self._whose(sim)
        old = tastes[here].astype(np.float64)
        length = np.linalg.norm(old, axis=1, keepdims=True)
        new = old + self.size * length * self._way(sim)
        new *= length / np.maximum(np.linalg.norm(new, axis=1, keepdims=True), 1e-12)
        tastes[here] = new.astype(np.float32)

    def trace(self, sim: Simulation) -> float:
        """See `Perturbation.describe`."""
        world: Any = sim.world
        tastes = world.read("tastes", sim.people)[self._whose(sim)].astype(np.float64)
        length = np.maximum(np.linalg.norm(tastes, axis=1), 1e-12)
        return float(((tastes @ self._way(sim)) / length).mean())

    def _whose(self, sim: Simulation) -> NDArray[np.bool_]:
        return self.touched(sim, np.asarray(sim.world.group(sim.people, slice(None))))

    def _way(self, sim: Simulation) -> Floats:
        """(factors,) the direction, of length 1; items as nobody has moved them."""
        items = sim.people.world["natural_items"]
        chosen = sim.draws.uniform(Stream.TIE, -1, np.arange(len(items)), k=3) < SHARE
        mean = items[chosen].mean(axis=0, dtype=np.float64)
        return np.asarray(mean / np.linalg.norm(mean))
