"""Where in a plane of two parameters a loop corrects itself, and where it runs away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.engines import run
from loopsim.errors import InputError
from loopsim.registry import allow_code
from loopsim.scenario import Scenario
from loopsim.twins.attribution_result import plain
from loopsim.twins.gain import gain
from loopsim.twins.gain_result import Gain, gain_row
from loopsim.twins.perturb import make
from loopsim.twins.pushes.base import Perturbation

#: Lines in the plane of a map, by name.
Lines = Mapping[str, tuple[Sequence[float], Sequence[float]]]


@dataclass(frozen=True, eq=False)
class StabilityMap:
    """Gains over a grid of two parameters.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    parameters : tuple of two str
    values : tuple of two tuples of float
    gains : list of lists of Gain
        One row a value of the second parameter.
    confidence : float
        Of each verdict by itself.
    """

    name: str
    hash: str
    parameters: tuple[str, str]
    values: tuple[tuple[float, ...], tuple[float, ...]]
    gains: tuple[tuple[Gain, ...], ...]
    confidence: float

    @property
    def table(self) -> pd.DataFrame:
        """A row a point of the grid."""
        first, second = self.parameters
        return pd.DataFrame(
            [
                gain_row({first: x, second: y}, made)
                for y, row in zip(self.values[1], self.gains, strict=True)
                for x, made in zip(self.values[0], row, strict=True)
            ]
        )

    def sizes(self) -> dict[str, NDArray[np.float64]]:
        """(ys, xs) arrays of |gain|: ``gain``, and ``least`` and ``most`` within the intervals.

        A loop is told from the boundary where `least` is above 1 or `most` below it.
        """
        found = [[made.all.growth for made in row] for row in self.gains]
        low, gain, high = (
            np.array([[getattr(rate, name) for rate in row] for row in found])
            for name in ("low", "gain", "high")
        )
        apart = np.where((low < 0) & (high > 0), 0.0, np.minimum(np.abs(low), np.abs(high)))
        return {
            "gain": np.abs(gain), "least": apart, "most": np.maximum(np.abs(low), np.abs(high)),
        }  # fmt: skip

    def figure(self, path: str | Path, exact: Lines | None = None) -> Path:
        """Draw the map, as PNG.

        Parameters
        ----------
        path : path
        exact : dict from names to (xs, ys), optional
            Lines at which theory has its boundary, drawn over the measured one.
        """
        from loopsim.twins.map_figure import draw

        return draw(self, Path(path), exact or {})

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "name": self.name, "hash": self.hash, "parameters": list(self.parameters),
            "values": [list(values) for values in self.values], "confidence": self.confidence,
            "points": plain(self.table),
        }  # fmt: skip


def stability_map(
    scenario: Scenario,
    grid: Mapping[str, Sequence[float]],
    push: str | Perturbation = "scores",
    size: float = 0.05,
    seeds: int = 4,
    confidence: float = 0.95,
    code: Iterable[str | Path] = (),
    **more: Any,
) -> StabilityMap:
    """Measure the gain, all loops together, over a grid of two parameters.

    Parameters
    ----------
    scenario : Scenario
    grid : dict of two
        Key paths and the values of each, ascending.
    push, size, seeds, code, more :
        As for `loopsim.gain`.
    confidence : float
        Of each verdict by itself: on a grid of 100 points, some five wrong ones must be expected.
        A boundary with a confidence of its own is `loopsim.boundary`'s.

    Raises
    ------
    InputError
        A grid that is none, an unknown push, or values that the scenario does not take.
    """
    (first, xs), (second, ys) = _axes(grid)
    plans = [scenario.replace(**{first: x, second: y}) for y in ys for x in xs]
    allow_code(code)
    if isinstance(push, str):  # an unknown name must not cost a whole map
        make(plans[0], push, size, more.get("group", "all"), more.get("feature"))
    workers, engine = more.pop("workers", None), more.pop("engine", None)
    how = more | {"size": size, "seeds": seeds, "confidence": confidence}
    if engine is None or isinstance(engine, str):
        tasks = [(plan.as_dict(), push, how) for plan in plans]
        found = run(_point, tasks, scenario, workers, engine)
    else:  # a study keeps the runs of every point
        found = [gain(plan, push, loops=(), engine=engine, **how) for plan in plans]
    gains = tuple(tuple(found[i : i + len(xs)]) for i in range(0, len(found), len(xs)))
    return StabilityMap(scenario.name, scenario.hash, (first, second), (xs, ys), gains, confidence)


def _axes(grid: Mapping[str, Sequence[float]]) -> list[tuple[str, tuple[float, ...]]]:
    if len(grid) != 2:
        raise InputError(f"grid: must have two parameters, and has {len(grid)}")
    for name, values in grid.items():
        if not len(values):
            raise InputError(f"{name}: no values")
        if any(b <= a for a, b in pairwise(values)):
            raise InputError(f"{name}: values must ascend, and are {list(values)}")
    return [(name, tuple(values)) for name, values in grid.items()]


Task = tuple[dict[str, Any], str | Perturbation, dict[str, Any]]


def _point(task: Task) -> Gain:
    """The gain at one point, in one process: the points are shared out over processes."""
    plain_, push, how = task
    return gain(Scenario.parse(plain_), push, loops=(), workers=1, **how)
