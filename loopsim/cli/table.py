"""The short table at the end of a run: true beside observed, by group."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from loopsim.runs import Run

METRICS = (
    "approval",
    "precision",
    "recall",
    "auc",
    "calibration",
    "profit",
    "repayment",
    "coverage",
)


def end(run: Run, as_json: bool) -> None:
    """What run, resume and open end with: one JSON object, or the table."""
    if as_json:
        print(json.dumps(run.summary()))
    else:
        show(run)


def show(run: Run) -> None:
    """Print the final figures of both ledgers and where the run is."""
    facts = run.summary()
    groups = list(facts["true"]["approval"])
    title = f"{facts['name']}: means of the last {facts['window']} rounds, true and observed"
    table = Table()
    table.add_column("metric")
    for group in groups:
        table.add_column(group, justify="right")
    for metric in METRICS:
        row = [_pair(facts, metric, group) for group in groups]
        table.add_row(metric, *row)
    console = Console()
    console.print(title, soft_wrap=True, highlight=False)
    console.print(table)
    speed = facts["decisions_per_second"] or 0
    console.print(
        f"{facts['decisions']:,} decisions in {facts['seconds']:.1f} s ({speed:,.0f} a second), "
        f"{facts['versions']} versions"
    )
    if facts["folder"]:
        console.print(f"run folder: {facts['folder']}", soft_wrap=True, highlight=False)
        console.print(f"report: {facts['folder']}/report.html", soft_wrap=True, highlight=False)


def _pair(facts: dict, metric: str, group: str) -> str:  # type: ignore[type-arg]
    cells = [_cell(facts[ledger].get(metric, {}).get(group)) for ledger in ("true", "observed")]
    return " ".join(cells)


def _cell(value: float | None) -> str:
    return "   –" if value is None else f"{value:.3f}".replace("0.", ".", 1).rjust(4)
