"""The short table at the end of a run: true beside observed, by group."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from loopsim.runs import Run

FIRST = ("approval", "precision", "recall", "click_through", "auc", "calibration", "profit")
LAST = ("coverage",)
#: Shown in the report; here they would crowd the table.
CROWDS = ("gap.", "pressure.", "feature.", "consent.", "erasure.", "retention.", "memory.",
          "cost.")  # fmt: skip
LEFT_OUT = ("labels", "age", "brier", "score", "accuracy",
            "false_positive_rate", "regret", "access", "present")  # fmt: skip
ROWS = 20


def end(run: Run, as_json: bool) -> None:
    """What run, resume and open end with: one JSON object, or the table."""
    if as_json:
        print(json.dumps(run.summary()))
    else:
        show(run)


def show(run: Run) -> None:
    """Print the final figures of both ledgers and where the run is."""
    facts = run.summary()
    names, groups = _rows(facts), _groups(facts)
    title = f"{facts['name']}: means of the last {facts['window']} rounds, true and observed"
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("metric", no_wrap=True)
    for group in groups:
        table.add_column(group, justify="right")
    for metric in names:
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


def _rows(facts: dict) -> list[str]:  # type: ignore[type-arg]
    """The usual figures that this world has, then its own, and what they rest on."""
    observed, true = facts["observed"], facts["true"]
    # What a monitor reads has no groups; the report has it.
    seen = {n: f for n, f in observed.items() if n in true or _any_group(f)}
    known = {**true, **seen}
    own = [n for n in known if n not in (*FIRST, *LAST, *LEFT_OUT) and not n.startswith(CROWDS)]
    chosen = [n for n in FIRST if n in known] + own
    return chosen[: ROWS - 1] + [n for n in LAST if n in known]


def _any_group(figures: dict[str, float | None]) -> bool:
    """Whether a figure is known of some group by itself."""
    return any(value is not None for group, value in figures.items() if group != "all")


def _groups(facts: dict) -> list[str]:  # type: ignore[type-arg]
    """Everybody, then the groups, in the world's order."""
    figures = [*facts["true"].values(), *facts["observed"].values()]
    return max((list(f) for f in figures), key=len, default=["all"])


def _pair(facts: dict, metric: str, group: str) -> str:  # type: ignore[type-arg]
    cells = [_cell(facts[ledger].get(metric, {}).get(group)) for ledger in ("true", "observed")]
    return " ".join(cells)


def _cell(value: float | None) -> str:
    """Three digits after the point, without the 0 before it; one where the number is large."""
    if value is None:
        return "   –"
    if abs(value) >= 1:
        return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3f}"
    return f"{value:.3f}".replace("0.", ".", 1).rjust(4)
