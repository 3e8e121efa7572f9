"""The five loops of a run: what flows in each, in the words of its world."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.runs import Run
from loopsim.scenario import Loops


@dataclass(frozen=True)
class Loop:
    """One loop, as a run had it.

    Attributes
    ----------
    strength : float
        0 (cut) to 1 (closed); a run reads a mixture in between.
    closed, cut : str
        What flows either way; "" where nobody said.
    """

    name: str
    strength: float
    closed: str
    cut: str


def of(run: Run) -> list[Loop]:
    """The loops of a run. The words are in its manifest, so the world is not executed.

    A world that says nothing gets the general description of a closed loop.
    """
    said = run.manifest.get("loops") or {}
    general = {name: str(field.description) for name, field in Loops.model_fields.items()}
    return [
        Loop(
            name,
            strength,
            said.get(name, {}).get("closed") or general[name],
            said.get(name, {}).get("cut") or "",
        )
        for name, strength in run.scenario.strengths().items()
    ]
