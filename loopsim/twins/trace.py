"""The branches of one seed: undisturbed, and pushed both ways by two sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.scenario import Scenario
from loopsim.twins.branch import grown, pushed
from loopsim.twins.follow import Follow
from loopsim.twins.pushes.base import Perturbation

Floats = NDArray[np.float64]
TIMES = (1.0, -1.0, 2.0, -2.0)  # both signs, two sizes
BRANCHES = ("undisturbed", *(f"pushed {times:+g}" for times in TIMES))


@dataclass(frozen=True, eq=False)
class Trace:
    """Of one seed: what was followed, from the round of the push on.

    Attributes
    ----------
    values : (1 + len(TIMES), rounds) float64 array
        The undisturbed branch first.
    starts : tuple of int
        First rounds of the generations, counted from the push; its own is the first.
    """

    values: Floats
    starts: tuple[int, ...]

    @classmethod
    def of(cls, table: pd.DataFrame) -> Trace:
        """From what `table` gave."""
        values = table[list(BRANCHES)].to_numpy(dtype=np.float64).T
        return cls(np.ascontiguousarray(values), tuple(np.flatnonzero(table["starts"]).tolist()))

    def table(self) -> pd.DataFrame:
        """A row a round: what was followed in each branch, and whether a generation starts."""
        starts = np.isin(np.arange(self.values.shape[1]), self.starts)
        return pd.DataFrame(dict(zip(BRANCHES, self.values, strict=True)) | {"starts": starts})


#: Scenario, push, what to follow, the round of the push, rounds of a generation.
Task = tuple[dict[str, Any], Perturbation, Follow, int, int | None]


def branches(task: Task) -> pd.DataFrame:
    """All branches of one seed; see `Trace.table`."""
    plain, push, follow, at, generation = task
    scenario = Scenario.parse(plain)
    with grown(scenario, at) as stem:
        made = []
        for times in (0.0, *TIMES):
            sim = pushed(stem.branch(), push.scaled(times) if times else None)
            values = [follow.read(sim, push)]
            while sim.t < scenario.rounds:
                sim.step()
                values.append(follow.read(sim, push))
            made.append(values)
            if not times:
                fitted = [v.round - at for v in sim.versions if v.round > at]
    rounds = scenario.rounds - at
    starts = [0, *fitted] if generation is None else range(0, rounds, generation)
    return Trace(np.array(made), tuple(starts if len(starts) > 1 else range(rounds))).table()
