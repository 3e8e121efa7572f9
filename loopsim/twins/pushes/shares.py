"""Answers or labels of a share of the cases, turned round."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from loopsim.clock import Phase
from loopsim.draws import Stream
from loopsim.environments.base import BAD, GOOD
from loopsim.simulation import Simulation
from loopsim.twins.pushes.base import Push


class Exposure(Push):
    """Turn the answers of a share of the cases into yes (a negative size: into no)."""

    phase, what = Phase.REVIEW, "the share of yes"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        cases = sim.cases
        answer = np.int8(self.size > 0)
        at = self._picked(sim, self.touched(sim, cases.group), cases.actions != answer, t)
        cases.actions = cases.actions.copy()
        cases.actions[at] = answer

    def _picked(
        self, sim: Simulation, here: NDArray[np.bool_], open_: NDArray[np.bool_], t: int
    ) -> NDArray[np.int64]:
        """Of those touched whose value may change, so many that the mean moves by `size`."""
        able = np.flatnonzero(here & open_)
        count = min(round(abs(self.size) * int(here.sum())), able.size)
        keys = sim.draws.uniform(Stream.TIE, t, sim.cases.ids[able], k=2)
        return able[np.argsort(keys, kind="stable")[:count]]


class Labels(Exposure):
    """Flip labels of this round's cases, as they will come in: a share from bad to good (a negative
    size: from good to bad). The world is untouched; only what is learned changes."""

    phase, what = Phase.LOG, "the share of good labels"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        label = sim.outcomes.label
        new, old = (GOOD, BAD) if self.size > 0 else (BAD, GOOD)
        known = self.touched(sim, sim.cases.group) & (label < 2)
        at = self._picked(sim, known, label == old, t)
        changed = label.copy()
        changed[at] = new
        sim.outcomes = replace(sim.outcomes, label=changed)
