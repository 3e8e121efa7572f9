"""The compliance of a run as one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loopsim.report.compliance_tables import tables
from loopsim.report.html import inline, rendered
from loopsim.runs import Run
from loopsim.runs.folder import write_text


def write(run: Run, facts: dict[str, Any]) -> Path:
    """Write ``compliance.html`` into the run's folder; `facts` are those of `compliance`."""
    assert run.folder is not None
    page, governance = run.folder / "compliance.html", run.scenario.governance
    rules = None if governance is None else governance.model_dump(mode="json")
    text = rendered(
        "compliance.html.j2", name=run.scenario.name, seed=run.scenario.seed,
        folder=facts["folder"], tables=tables(facts), rules=rules, figure=_figure(run),
    )  # fmt: skip
    write_text(page, text)
    return page


def _figure(run: Run) -> str:
    """The rules' figure over the rounds, if there is anything to show."""
    from dataclasses import replace

    from loopsim.report import governance
    from loopsim.report.events import Events
    from loopsim.report.panels import known
    from loopsim.report.paths import Paths
    from loopsim.report.stack import draw

    assert run.folder is not None
    picture = governance.picture(Paths(run.metrics()))
    picture = replace(picture, panels=known(picture.panels))
    if not picture.panels:
        return ""
    happened = Events(run.events().to_dict("records"))
    return inline(draw(picture, happened, run.folder / "figures" / "governance.png"))
