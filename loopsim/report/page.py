"""The page of a run: one self-contained HTML file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from loopsim.report import again, alarms, audit, audit_tables, desk, identity, lineage, loops
from loopsim.report.figures import draw_all
from loopsim.report.html import inline, rendered
from loopsim.report.panels import Picture
from loopsim.runs import Run
from loopsim.runs import open as open_run
from loopsim.runs.folder import write_text

METRICS = ("approval", "click_through", "precision", "recall", "auc", "calibration", "brier",
           "profit", "regret", "coverage", "age")  # fmt: skip
UNKNOWN = "–"
_NOT_OF_THE_WORLD = ("gap.", "pressure.")


def write(folder: str | Path) -> Path:
    """Write ``report.html`` and ``figures/`` into a run folder, finished or not.

    Parameters
    ----------
    folder : path
        A run folder; nothing in it is executed.

    Returns
    -------
    Path of the page.

    Raises
    ------
    RunFolderError
        If there is no run in it, or it cannot be written.
    """
    run = open_run(folder)
    place = Path(folder)
    events = run.events().to_dict("records")
    minimum = run.scenario.observed.minimum
    further, tables = _reviews(run)
    pictures = draw_all(run.metrics(), events, place / "figures", minimum, further)
    pictures |= identity.of(run, place / "figures")
    pictures |= lineage.of(run, place / "figures")
    page = place / "report.html"
    write_text(page, _render(run, events, pictures, tables))
    return page


def _reviews(run: Run) -> tuple[list[Picture], list[audit_tables.Table]]:
    """The desk over the rounds, and its totals; nothing without a desk or a look in the log."""
    if run.scenario.oversight.kind == "none" or run.metrics().empty:
        return [], []
    looks = audit.looks(run)
    if looks.empty:
        return [], []
    worth = audit.worth(run, looks)
    facts = audit.facts(run, looks, worth)
    return [desk.picture(looks, worth, run.scenario.observed.window)], audit_tables.totals(facts)


def _render(
    run: Run,
    events: list[dict[str, Any]],
    pictures: dict[Path, Picture],
    reviews: list[audit_tables.Table],
) -> str:
    facts = run.summary()
    columns = _columns(facts)
    return rendered(
        "page.html.j2",
        facts=facts,
        scenario=run.scenario,
        columns=columns,
        rows=_rows(facts, columns),
        loops=loops.of(run),
        alarms=alarms.of(run),
        reviews=reviews,
        events=[{name: _cell(value) for name, value in event.items()} for event in events],
        pictures=[(p.title, p.caption, inline(file)) for file, p in pictures.items()],
        commands=again.commands(run),
        yaml=_yaml(run),
        unknown=UNKNOWN,
    )


def _columns(facts: dict[str, Any]) -> list[str]:
    """Everybody, and where there are several groups, each of them and the gap between them."""
    figures = [*facts["true"].values(), *facts["observed"].values()]
    everybody, *groups = max((list(f) for f in figures), key=len, default=["all"])
    return [everybody, *groups, "gap"] if len(groups) > 1 else [everybody]


def _rows(facts: dict[str, Any], columns: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(metric, a pair for each column); a metric that is unknown throughout has no row."""
    own = [
        name
        for name in facts["true"]
        if name not in facts["observed"] and not name.startswith(_NOT_OF_THE_WORLD)
    ]
    names = dict.fromkeys([*METRICS, *own])
    rows = [(name, [_pair(facts, name, column) for column in columns]) for name in names]
    return [(name, cells) for name, cells in rows if set(cells) != {(UNKNOWN, UNKNOWN)}]


def _pair(facts: dict[str, Any], metric: str, column: str) -> tuple[str, str]:
    name, group = (f"gap.{metric}", "all") if column == "gap" else (metric, column)
    true, observed = (facts[ledger].get(name, {}).get(group) for ledger in ("true", "observed"))
    return _number(true), _number(observed)


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return UNKNOWN
    digits = 1 if abs(value) >= 100 else 5 if 0 < abs(value) < 0.0005 else 3
    return f"{value:,.{digits}f}"


def _cell(value: Any) -> str:
    """A fact of an event; a fact that this kind of event does not have is a dash."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return UNKNOWN
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


def _yaml(run: Run) -> str:
    return "" if run.folder is None else (run.folder / "scenario.yaml").read_text(encoding="utf-8")
