"""The page of a finding from twins: what was found, its figure, its tables, the runs behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from loopsim.report.html import inline, rendered
from loopsim.runs.folder import whole, write_text
from loopsim.scenario import Scenario


@dataclass(frozen=True)
class Finding:
    """What a page says.

    Attributes
    ----------
    kind : str
        ``attribution``, ``gain`` or ``boundary``; names the files.
    title : str
    said : sequence of str
        Plain sentences, the answer first.
    tables : sequence of (heading, DataFrame, note)
    runs : str
        Which runs it rests on.
    """

    kind: str
    title: str
    said: Sequence[str]
    tables: Sequence[tuple[str, pd.DataFrame, str]]
    runs: str


def write(finding: Finding, result: Any, folder: Path, scenario: Scenario) -> Path:
    """Write page, figure and figures as JSON into a folder; returns the page's path.

    Parameters
    ----------
    finding : Finding
    result : with `figure` and `to_dict`
    folder : Path
        Made if need be.
    scenario : Scenario
        What was run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with whole(folder / f"{finding.kind}.png") as part:
        drawn = result.figure(part.with_suffix(".drawn.png"))
        drawn.replace(part)
    write_text(folder / f"{finding.kind}.json", json.dumps(result.to_dict(), indent=1))
    page = folder / "report.html"
    text = rendered(
        "finding.html.j2",
        finding=finding,
        image=inline(folder / f"{finding.kind}.png"),
        tables=[(title, _rows(frame), note) for title, frame, note in finding.tables],
        scenario=json.dumps(scenario.as_dict(), indent=1),
    )
    write_text(page, text)
    return page


def _rows(frame: pd.DataFrame) -> list[list[str]]:
    """Headings, then a row each."""
    head = [str(name).replace("_", " ") for name in frame]
    return [head, *([cell(value) for value in row] for row in frame.itertuples(index=False))]


def cell(value: Any) -> str:
    """A figure with four digits; unknown is a dash.

    >>> cell(float("nan")), cell(-0.01236), cell("model"), cell(float("inf"))
    ('–', '−0.01236', 'model', '∞')
    """
    if not isinstance(value, float):
        return str(value)
    if value != value:
        return "–"
    return f"{value:.4g}".replace("-", "−").replace("inf", "∞")
