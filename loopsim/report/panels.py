"""Panels: what a figure shows, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

# After Okabe and Ito (2008), told apart by the colour-blind. Blue and vermilion are kept for the
# ledgers; groups differ in lightness and have markers too: nothing is told by colour alone.
TRUE, OBSERVED, PLAIN = "#0072B2", "#D55E00", "#444444"
GROUPS = ("#E69F00", "#882255", "#56B4E9", "#009E73", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P")
TALL, GAP, THIN = 1.1, 0.7, 0.5  # heights, in inches


@dataclass(frozen=True)
class Line:
    """One path, solid where it is true and dashed where it is what the dashboard shows."""

    values: pd.Series
    colour: str
    dashed: bool = False
    marker: str = ""


@dataclass(frozen=True)
class Panel:
    """Lines over the rounds that share a vertical axis.

    Parameters
    ----------
    title : str
    lines : sequence of Line
        Those without a value are left out.
    height : float
        One of `TALL`, `GAP` and `THIN`.
    floor : float, optional
        Where the vertical axis starts; as the lines have it if not given.
    level : float, optional
        Where a thin line is drawn across.
    log : bool
        Whether the vertical axis is logarithmic.
    legend : mapping from label to Line
        Beside the title, of lines that no other panel has.
    """

    title: str
    lines: Sequence[Line]
    height: float = TALL
    floor: float | None = None
    level: float | None = None
    log: bool = False
    legend: dict[str, Line] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A figure: its panels from top to bottom and what to look at in them.

    Parameters
    ----------
    name : str
        The file's name, without its ending.
    title, caption : str
    panels : sequence of Panel
    legend : mapping from label to Line
    """

    name: str
    title: str
    caption: str
    panels: Sequence[Panel]
    legend: dict[str, Line] = field(default_factory=dict)


def known(panels: Iterable[Panel]) -> list[Panel]:
    """The panels that have something to show, with those lines that do."""
    kept = []
    for panel in panels:
        lines = [line for line in panel.lines if not line.values.empty]
        if lines:
            kept.append(Panel(**{**vars(panel), "lines": lines}))
    return kept


def sample(colour: str, dashed: bool = False, marker: str = "") -> Line:
    """A line for the legend."""
    return Line(pd.Series(dtype=float), colour, dashed, marker)


def of_group(values: pd.Series, index: int, dashed: bool = False) -> Line:
    """The line of the group of this index."""
    return Line(values, GROUPS[index % len(GROUPS)], dashed, MARKERS[index % len(MARKERS)])
