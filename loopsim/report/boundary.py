"""The page of a boundary, or of a stability map."""

from __future__ import annotations

from pathlib import Path

from loopsim.report import finding
from loopsim.report.finding import Finding, cell
from loopsim.scenario import Scenario
from loopsim.twins import Boundary, StabilityMap


def write(result: Boundary | StabilityMap, folder: str | Path, scenario: Scenario) -> Path:
    """Write ``report.html``, ``boundary.png`` and ``boundary.json``; returns the page's path."""
    found = _bracket(result) if isinstance(result, Boundary) else _map(result)
    return finding.write(found, result, Path(folder), scenario)


def _bracket(result: Boundary) -> Finding:
    ends = f"{result.parameter} between {cell(result.low)} and {cell(result.high)}"
    said = f"It turns at {ends}." if result.found else f"No boundary was found with {ends}."
    return Finding(
        kind="boundary",
        title=f"{result.name}: where does it turn?",
        said=[said, f"It ended there because {result.why}."],
        tables=[("Values tried", result.table, "The gain of all loops together, by value.")],
        runs=(
            f"Bisection on the gain; {result.confidence:.0%} for all verdicts together, so each "
            f"interval is wider than that. Scenario {result.hash[:12]}."
        ),
    )


def _map(result: StabilityMap) -> Finding:
    counts = result.table["verdict"].value_counts().to_dict()
    return Finding(
        kind="boundary",
        title=f"{result.name}: where is it stable?",
        said=[f"{count} points: {verdict}." for verdict, count in counts.items()],
        tables=[("Points", result.table, "The gain of all loops together, by point.")],
        runs=(
            f"{len(result.table)} points, {result.confidence:.0%} for each verdict by itself: with "
            f"so many, some are wrong by chance. Scenario {result.hash[:12]}."
        ),
    )
