"""The page of a run: one self-contained HTML file."""

from __future__ import annotations

import base64
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

from loopsim.report.figures import Picture, draw_all
from loopsim.runs import Run
from loopsim.runs import open as open_run
from loopsim.scenario import Loops

METRICS = ("approval", "precision", "recall", "auc", "calibration", "brier", "profit", "regret",
           "repayment", "access", "coverage", "age")  # fmt: skip


def write(folder: str | Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a run folder, finished or not.

    Parameters
    ----------
    folder : path
        A run folder; nothing in it is executed.

    Returns
    -------
    Path of the page.
    """
    run = open_run(folder)
    place = Path(folder)
    events = run.events().to_dict("records")
    pictures = draw_all(run.metrics(), events, place / "figures")
    page = place / "report.html"
    part = page.with_suffix(".tmp")
    part.write_text(_render(run, events, pictures), encoding="utf-8")
    os.replace(part, page)
    return page


def _render(run: Run, events: list[dict[str, Any]], pictures: list[Picture]) -> str:
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    source = files("loopsim.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    facts = run.summary()
    groups = list(facts["true"].get("approval", {"all": None}))
    return environment.from_string(source).render(
        facts=facts,
        scenario=run.scenario,
        groups=groups,
        rows=[(name, [_pair(facts, name, group) for group in groups]) for name in METRICS],
        loops=_loops(run),
        events=events,
        pictures=[(p.title, p.caption, _inline(p.path)) for p in pictures],
        yaml=_yaml(run),
        number=_number,
    )


def _pair(facts: dict[str, Any], metric: str, group: str) -> tuple[str, str]:
    true, observed = (facts[ledger].get(metric, {}).get(group) for ledger in ("true", "observed"))
    return _number(true), _number(observed)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _loops(run: Run) -> list[tuple[str, float, str]]:
    strengths = run.scenario.strengths()
    return [
        (name, strengths[name], str(field.description))
        for name, field in Loops.model_fields.items()
    ]


def _inline(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def _yaml(run: Run) -> str:
    return "" if run.folder is None else (run.folder / "scenario.yaml").read_text(encoding="utf-8")
