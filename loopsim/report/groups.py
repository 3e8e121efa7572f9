"""The groups: how each fares, in truth and on the dashboard, and the gaps between them."""

from __future__ import annotations

import pandas as pd

from loopsim.report import basis, ledgers
from loopsim.report.panels import GAP, PLAIN, Line, Panel, Picture, of_group, sample
from loopsim.report.paths import Paths

METRICS = ("approval", "precision", "recall")
LEDGERS = {"true": sample(PLAIN), "observed (the dashboard)": sample(PLAIN, dashed=True)}


def picture(paths: Paths, minimum: int) -> Picture:
    """Each group's figures in both ledgers, and below them the gap between the groups."""
    panels = [panel for name in METRICS for panel in (_groups(paths, name), _gap(paths, name))]
    return Picture(
        "groups",
        "The groups and the gaps between them",
        "Solid lines are true, of those who asked; dashed ones are what the dashboard shows. A gap "
        "is the largest figure of a group less the smallest. A group with few labels is seen late "
        "or not at all, and the dashboard knows a gap only when every group has labels enough.",
        [*panels, *basis.of_groups(paths, minimum)],
        legend(paths) | LEDGERS,
    )


def _groups(paths: Paths, name: str) -> Panel:
    lines = [
        of_group(paths.of(ledger, name, group), i, dashed=ledger == "observed")
        for ledger in ("observed", "true")
        for i, group in enumerate(paths.groups)
    ]
    return Panel(f"{name}: {ledgers.MEANINGS[name]}", lines)


def _gap(paths: Paths, name: str) -> Panel:
    true, observed = (paths.of(ledger, f"gap.{name}") for ledger in ("true", "observed"))
    lines = [Line(true, PLAIN), Line(observed, PLAIN, dashed=True)]
    return Panel(f"gap in {name}", lines, GAP, floor=0.0)


def legend(paths: Paths) -> dict[str, Line]:
    """A line for each group."""
    nothing = pd.Series(dtype=float)
    return {group: of_group(nothing, i) for i, group in enumerate(paths.groups)}
