"""The audit of a run's reviews as one self-contained page."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from loopsim.report.audit_tables import tables
from loopsim.runs import Run
from loopsim.runs.folder import write_text


def write(run: Run, facts: dict[str, Any]) -> Path:
    """Write ``audit.html`` into the run's folder; `facts` are those of `audit`."""
    from jinja2 import Environment

    assert run.folder is not None
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    source = files("loopsim.report").joinpath("audit.html.j2").read_text(encoding="utf-8")
    page = run.folder / "audit.html"
    text = environment.from_string(source).render(
        name=run.scenario.name, seed=run.scenario.seed, folder=facts["folder"],
        oversight=run.scenario.as_dict()["oversight"], tables=tables(facts),
    )  # fmt: skip
    write_text(page, text)
    return page
