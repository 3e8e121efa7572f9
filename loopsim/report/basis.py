"""The basis: the labels that every observed figure rests on."""

from __future__ import annotations

from loopsim.report.panels import OBSERVED, THIN, Line, Panel, of_group
from loopsim.report.paths import Paths

COVERAGE, AGE = "coverage: labels per decision", "age of the labels, in rounds"


def of_all(paths: Paths) -> list[Panel]:
    """Number, coverage and age of the labels in the dashboard's window."""
    titles = {"labels": "labels in the window", "coverage": COVERAGE, "age": AGE}
    return [
        Panel(title, [Line(paths.of("observed", name), OBSERVED, dashed=True)], THIN, floor=0.0)
        for name, title in titles.items()
    ]


def of_groups(paths: Paths, minimum: int) -> list[Panel]:
    """The same by group; rates from fewer than `minimum` labels are unknown."""
    labels = f"labels in the window (below the line, at {minimum}, rates are unknown)"
    return [
        Panel(labels, _lines(paths, "labels"), THIN, level=minimum, log=True),
        Panel(COVERAGE, _lines(paths, "coverage"), THIN, floor=0.0),
        Panel(AGE, _lines(paths, "age"), THIN, floor=0.0),
    ]


def _lines(paths: Paths, name: str) -> list[Line]:
    return [
        of_group(paths.of("observed", name, group), i, dashed=True)
        for i, group in enumerate(paths.groups)
    ]
