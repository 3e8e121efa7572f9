"""The readings of a run, completed for its rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.retraining.base import Readings

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


def completed(sim: Simulation) -> Readings:
    """What the monitors said, with the fits so far and the paths since the last one."""

    def path(metric: str) -> NDArray[np.float64]:
        if metric not in sim.series.names("observed"):
            return np.empty(0)
        return sim.series.values("observed", metric)[sim.last_fit :]

    return replace(sim.readings, fits=fits(sim), path=path)


def fits(sim: Simulation) -> int:
    """Candidates fitted after version 1, live, refused or waiting; told by the events alone.

    A candidate ends as ``retrained`` or as ``kept``, and one that waits will; too few rows to fit
    any are kept as well, but are no fit.
    """
    ended = [e for e in sim.events if e["kind"] in ("retrained", "kept")]
    mine = [
        e
        for e in ended
        if not str(e["reason"]).startswith("history")
        and (e["kind"] == "retrained" or e["rows"] >= sim.plan.training.minimum)
    ]
    return len(mine) + (sim.pending is not None)
