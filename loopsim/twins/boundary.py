"""Where in a parameter's range does the loop turn from correcting itself to running away?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log2
from pathlib import Path
from typing import Any

import pandas as pd

from loopsim.errors import InputError
from loopsim.scenario import Scenario
from loopsim.twins.attribution_result import plain
from loopsim.twins.gain import gain
from loopsim.twins.gain_result import Gain, gain_row
from loopsim.twins.pushes.base import Perturbation
from loopsim.twins.verdict import UNKNOWN

MORE = 2  # times the seeds, once, where a verdict is out of reach


@dataclass(frozen=True, eq=False)
class Boundary:
    """A bracket around the value at which a loop turns.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    parameter : str
    low, high : float
        At one the loop corrects itself, at the other it runs away; between them lies the boundary.
        Both are the whole range where it does not turn in it.
    found : bool
    why : str
        Why it ended there.
    confidence : float
        Of all verdicts together.
    points : tuple of (float, Gain)
        Every value that was tried, in ascending order.
    """

    name: str
    hash: str
    parameter: str
    low: float
    high: float
    found: bool
    why: str
    confidence: float
    points: tuple[tuple[float, Gain], ...]

    @property
    def table(self) -> pd.DataFrame:
        """A row a value that was tried: gain, interval, seeds, verdict."""
        return pd.DataFrame([gain_row({"value": value}, made) for value, made in self.points])

    def figure(self, path: str | Path) -> Path:
        """Draw the gain over the parameter, as PNG."""
        from loopsim.twins.boundary_figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "name": self.name, "hash": self.hash, "parameter": self.parameter, "low": self.low,
            "high": self.high, "found": self.found, "why": self.why,
            "confidence": self.confidence, "points": plain(self.table),
        }  # fmt: skip


def boundary(
    scenario: Scenario,
    parameter: str,
    low: float,
    high: float,
    width: float | None = None,
    push: str | Perturbation = "scores",
    size: float = 0.05,
    seeds: int = 8,
    confidence: float = 0.95,
    code: Iterable[str | Path] = (),
    **more: Any,
) -> Boundary:
    """Bisect a parameter on the verdict of its gain, all loops together.

    Each step halves the bracket if the gain's interval at its middle clears 1; if not, it is tried
    once more with twice the seeds, and then the bracket stays as wide as it is. All verdicts hold
    together with the stated confidence (Bonferroni over the steps that may be needed).

    Parameters
    ----------
    scenario : Scenario
    parameter : str
        A key path of the scenario, such as ``environment.moves.repaid.score``.
    low, high : float
        The range, low < high.
    width : float, optional
        A bracket as narrow as that is good enough; default a thirty-second of the range.
    push, size, seeds, code, more :
        As for `loopsim.gain`.
    confidence : float

    Raises
    ------
    InputError
        A parameter that the scenario does not have, or values that it does not take; nothing has
        run.
    """
    if not low < high:
        raise InputError(f"low = {low}: must be below high = {high}")
    width = (high - low) / 32 if width is None else width
    if not width > 0:
        raise InputError(f"width = {width}: must be above 0")
    for value in (low, high):
        scenario.replace(**{parameter: value})
    most = 2 + 2 * max(0, ceil(log2((high - low) / width)))  # both ends; each halving, twice
    level = 1.0 - (1.0 - confidence) / most
    tried: dict[float, Gain] = {}

    def ask(value: float, times: int = 1) -> str:
        plan = scenario.replace(**{parameter: value})
        tried[value] = gain(
            plan, push, size, loops=(), seeds=times * seeds, confidence=level, code=code, **more
        )
        return tried[value].all.verdict

    low, high, found, why = _bisect(ask, low, high, width)
    points = tuple(sorted(tried.items(), key=lambda point: point[0]))
    return Boundary(
        scenario.name, scenario.hash, parameter, low, high, found, why, confidence, points
    )


def _bisect(ask: Any, low: float, high: float, width: float) -> tuple[float, float, bool, str]:
    ends = {low: ask(low), high: ask(high)}
    if UNKNOWN in ends.values():
        where = next(value for value, said in ends.items() if said == UNKNOWN)
        return low, high, False, f"at {where:g} the gain cannot be told from 1: more seeds needed"
    if len(set(ends.values())) == 1:
        return low, high, False, f"the loop is {ends[low]} at both ends"
    below = ends[low]
    while high - low > width:
        middle = (low + high) / 2.0
        said = ask(middle)
        if said == UNKNOWN:
            said = ask(middle, MORE)
        if said == UNKNOWN:
            return low, high, True, f"at {middle:g} the gain cannot be told from 1"
        low, high = (middle, high) if said == below else (low, middle)
    return low, high, True, "the bracket is as narrow as was asked"
