"""The rules' figure: what was withheld, erased and too old, and what is left to learn from."""

from __future__ import annotations

from loopsim.report.groups import legend
from loopsim.report.panels import GAP, OBSERVED, Line, Panel, Picture, of_group
from loopsim.report.paths import Paths

_BY_GROUP = {
    "memory.good": "share of good outcomes among the labels to learn from",
    "memory.rows": "labels to learn from",
    "consent.withheld": "decisions a round that training may not read (no consent)",
    "erasure.asked": "people who asked to be erased",
    "erasure.overdue": "people whose request waits beyond the deadline",
}
_ALONE = {
    "erasure.rows": "training rows erased",
    "erasure.live": "rows that the live version learned from and that have been erased since",
    "retention.rows": "training rows that were too old",
}


def picture(paths: Paths) -> Picture:
    """Everything that the office counts, from the team's own log."""
    panels = [_each(paths, name, said) for name, said in _BY_GROUP.items()]
    panels += [
        Panel(f"{name}: {said}", [Line(paths.of("observed", name), OBSERVED)], GAP, floor=0.0)
        for name, said in _ALONE.items()
    ]
    return Picture(
        "governance",
        "The rules, and what they leave to learn from",
        "All of it is the team's own count. Watch the first panel: where those who ask to be "
        "erased are not like the others, what is left looks better, or worse, than the world is.",
        panels,
        legend(paths),
    )


def _each(paths: Paths, name: str, said: str) -> Panel:
    """A line a group; one of everybody where no record says who belongs to which."""
    lines = [of_group(paths.of("observed", name, g), i) for i, g in enumerate(paths.groups)]
    known = [line for line in lines if not line.values.empty]
    floor = 0.0 if name != "memory.good" else None
    every = [Line(paths.of("observed", name), OBSERVED)]
    return Panel(f"{name}: {said}", known or every, floor=floor)
