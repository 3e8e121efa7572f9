"""Where in a plane of two parameters a loop corrects itself, and where it runs away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from loopsim.errors import InputError
from loopsim.scenario import Scenario
from loopsim.twins.attribution_result import plain
from loopsim.twins.gain import gain
from loopsim.twins.gain_result import Gain, gain_row
from loopsim.twins.pushes.base import Perturbation


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

    def figure(self, path: str | Path) -> Path:
        """Draw the map, as PNG."""
        from loopsim.twins.boundary_figure import draw_map

        return draw_map(self, Path(path))

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
    """
    if len(grid) != 2:
        raise InputError(f"grid: must have two parameters, and has {len(grid)}")
    (first, xs), (second, ys) = grid.items()
    plans = [[scenario.replace(**{first: x, second: y}) for x in xs] for y in ys]
    gains = tuple(
        tuple(
            gain(plan, push, size, loops=(), seeds=seeds, confidence=confidence, code=code, **more)
            for plan in row
        )
        for row in plans
    )
    return StabilityMap(
        scenario.name, scenario.hash, (first, second), (tuple(xs), tuple(ys)), gains, confidence
    )
