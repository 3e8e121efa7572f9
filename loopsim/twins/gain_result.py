"""What a push showed: gains with intervals, and a plain verdict."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.errors import InputError
from loopsim.twins import verdict
from loopsim.twins.attribution_result import plain
from loopsim.twins.growth import Growth, growth
from loopsim.twins.linearity import Linearity, linearity
from loopsim.twins.response import by_generation, responses
from loopsim.twins.settling import NEVER, When, explodes, settles

if TYPE_CHECKING:
    from loopsim.twins.pushes.base import Perturbation
    from loopsim.twins.trace import Trace

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LoopGain:
    """The gain of one loop with all others cut, or of all together.

    Attributes
    ----------
    label : str
        The loop's name, or ``"all"``.
    kept : tuple of str
        The loops that were closed.
    rounds : (seeds, rounds) float64 array
        Differences per unit of the push, from its round on: half of up less down, over both sizes.
    generations : (seeds, generations) float64 array
        The same, averaged over each generation; the push's own first.
    starts : tuple of int
        First rounds of the generations (of the first seed), counted from the push.
    growth : Growth
    linearity : Linearity
    settled, exploded : When
        Rounds after the push.
    verdict, note : str
        ``"runaway"``, ``"self-correcting"`` or ``"cannot tell"``, and why or what else to know.
    """

    label: str
    kept: tuple[str, ...]
    rounds: Floats
    generations: Floats
    starts: tuple[int, ...]
    growth: Growth
    linearity: Linearity
    settled: When
    exploded: When
    verdict: str
    note: str

    @classmethod
    def of(
        cls, label: str, kept: tuple[str, ...], traces: list[Trace], size: float, skip: int,
        lags: int, confidence: float, joint: float,
    ) -> LoopGain:  # fmt: skip
        """Reduce what the branches of all seeds showed."""
        made = np.array([responses(trace.values, size) for trace in traces])
        generations = by_generation(made, [trace.starts for trace in traces])
        enough = skip + 2 * lags + 1
        count = generations.shape[2]
        if count < enough:
            raise InputError(
                f"{label}: {count} whole generations from the push on, and {enough} are needed: "
                "push earlier, let the run be longer, or give generation a number of rounds"
            )
        odd = made[:, 0]
        kept_generations = generations[:, :, skip:]
        rate = growth(kept_generations[:, 0], lags, confidence, joint)
        linear = linearity(kept_generations, confidence)
        said, note = verdict.of(rate, linear, not kept_generations.any())
        first = traces[0].starts[1]
        settled = settles(odd) if said != verdict.RUNAWAY else NEVER
        return cls(
            label, kept, odd, generations[:, 0], traces[0].starts[:count], rate, linear,
            settled, explodes(odd, first), said, note,
        )  # fmt: skip

    def row(self) -> dict[str, Any]:
        """Its figures, in one line."""
        rate, linear = self.growth, self.linearity
        return {
            "loops": self.label, "gain": rate.gain, "low": rate.low, "high": rate.high,
            "joint_low": rate.joint_low, "joint_high": rate.joint_high, "verdict": self.verdict,
            "period": rate.period, "explained": rate.explained, "linear": linear.verdict,
            "asymmetry": linear.asymmetry[0], "asymmetry_low": linear.asymmetry[1],
            "asymmetry_high": linear.asymmetry[2], "curvature": linear.curvature[0],
            "curvature_low": linear.curvature[1], "curvature_high": linear.curvature[2],
            "settles": self.settled.round, "settles_low": self.settled.low,
            "settles_high": self.settled.high, "explodes": self.exploded.round,
            "explodes_low": self.exploded.low, "explodes_high": self.exploded.high,
            "note": self.note,
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Gain:
    """Gains of a scenario's loops.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    pushed : str
        What was pushed and how far, in words.
    push : Perturbation
    followed : str
        Which metric, of whom.
    at : int
        The round of the push.
    confidence : float
    seeds : tuple of int
    loops : tuple of LoopGain
        All together first, then each with the others cut.
    """

    name: str
    hash: str
    pushed: str
    push: Perturbation
    followed: str
    at: int
    confidence: float
    seeds: tuple[int, ...]
    loops: tuple[LoopGain, ...]

    @property
    def all(self) -> LoopGain:
        """All loops together, as the scenario has them."""
        return self.loops[0]

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a loop: see `Growth`, `Linearity` and `When` for the columns."""
        return pd.DataFrame([loop.row() for loop in self.loops])

    def figure(self, path: str | Path) -> Path:
        """Draw the responses and the gains, as PNG."""
        from loopsim.twins.gain_figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (what is not finite is None)."""
        return {
            "name": self.name,
            "hash": self.hash,
            "push": self.pushed,
            "followed": self.followed,
            "at": self.at,
            "confidence": self.confidence,
            "seeds": list(self.seeds),
            "gains": plain(self.table),
            "paths": {loop.label: loop.rounds.mean(axis=0).tolist() for loop in self.loops},
        }


def gain_row(where: dict[str, float], made: Gain) -> dict[str, Any]:
    """One line on the gain of all loops together, at some values of parameters."""
    rate = made.all.growth
    return where | {
        "gain": rate.gain, "low": rate.low, "high": rate.high, "seeds": len(made.seeds),
        "verdict": made.all.verdict, "linear": made.all.linearity.verdict, "hash": made.hash,
    }  # fmt: skip
