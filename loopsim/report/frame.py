"""The frame of a panel: the stretch of its vertical axis that is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.report.panels import Panel

START = 1 / 6  # of the rounds: the first labels are few and odd, and would flatten all the rest
SHORT = 24  # rounds; a shorter run is shown whole
TIMES = 3  # the start is left out of the frame if it would make the frame so many times as high


@dataclass(frozen=True)
class Frame:
    """What is shown, with a margin, and what to say of values beyond it ("" if there are none)."""

    low: float
    high: float
    note: str = ""


def of(panel: Panel) -> Frame:
    """All values, unless a wild start would flatten what comes after; then the note says so."""
    rounds = np.concatenate([line.values.index for line in panel.lines])
    values = np.concatenate([line.values.to_numpy(dtype=float) for line in panel.lines])
    known = np.isfinite(values)
    rounds, values = rounds[known], values[known]
    edges = [edge for edge in (panel.floor, panel.level) if edge is not None]
    low, high = min(values.min(), *edges, np.inf), max(values.max(), *edges, -np.inf)
    later = values[rounds >= START * rounds.max()]
    if edges or rounds.max() < SHORT or not 0 < TIMES * np.ptp(later) < high - low:
        return _with_margin(low, high)
    ends = " to ".join(number(float(f"{end:.2g}")) for end in (low, high))
    note = f" (at first beyond the frame, from {ends})"
    return _with_margin(later.min(), later.max(), note)


def number(value: float) -> str:
    """A number on an axis.

    >>> number(-0.15), number(25000.0)
    ('−0.15', '25,000')
    """
    return f"{value:,.4g}".replace("-", "−") if abs(value) < 1000 else f"{value:,.6g}"


def _with_margin(low: float, high: float, note: str = "") -> Frame:
    margin = 0.1 * ((high - low) or abs(high) or 1.0)
    return Frame(float(low - margin), float(high + margin), note)
