"""The audit of a run's reviews as one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loopsim.report.audit_tables import tables
from loopsim.report.html import rendered
from loopsim.runs import Run
from loopsim.runs.folder import write_text


def write(run: Run, facts: dict[str, Any]) -> Path:
    """Write ``audit.html`` into the run's folder; `facts` are those of `audit`."""
    assert run.folder is not None
    page = run.folder / "audit.html"
    text = rendered(
        "audit.html.j2", name=run.scenario.name, seed=run.scenario.seed, folder=facts["folder"],
        oversight=run.scenario.as_dict()["oversight"], tables=tables(facts),
    )  # fmt: skip
    write_text(page, text)
    return page
