"""Some items of a catalogue, shown more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.clock import Phase
from loopsim.draws import Stream
from loopsim.simulation import Simulation
from loopsim.twins.pushes.base import Push


@dataclass(frozen=True)
class Items(Push):
    """Score some items higher for a group's visits: a keyed share of all items, by `size` times the
    standard deviation of each visit's scores. Followed by the share of what is shown to the group
    that they make up.

    Parameters
    ----------
    share : float in (0, 1)
    """

    share: float = 0.1
    phase, what = Phase.DECIDE, "scores of some items, in standard deviations,"
    traced = "share of pushed items in what is shown"

    def apply(self, sim: Simulation, t: int) -> None:
        """See `Perturbation.apply`."""
        visits = sim.cases.features
        boost = np.where(self._among(sim, np.arange(len(visits.catalogue))), self.size, 0.0)
        here = self.touched(sim, sim.cases.group)
        sim.cases.scores = Boosted(sim.cases.scores, boost.astype(np.float32), here)

    def trace(self, sim: Simulation) -> float:
        """See `Perturbation.describe`."""
        shown = sim.cases.item[self.touched(sim, sim.cases.group)]
        return float(self._among(sim, shown).mean()) if shown.size else float("nan")

    def _among(self, sim: Simulation, items: NDArray[np.int64]) -> NDArray[np.bool_]:
        return sim.draws.uniform(Stream.TIE, -1, items, k=3) < self.share


@dataclass(frozen=True, eq=False)
class Boosted:
    """A `Scorer` that adds to some items' scores for some visits."""

    scorer: Any
    boost: NDArray[np.float32]
    here: NDArray[np.bool_]

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `loopsim.slates.Scorer.block`."""
        scores = self.scorer.block(at)
        spread = scores.std(axis=1) * self.here[at]
        return np.asarray(scores + spread[:, None] * self.boost, dtype=np.float32)

    def believed(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """See `loopsim.slates.Scorer.believed`."""
        return self.scorer.believed(scores)  # type: ignore[no-any-return]
