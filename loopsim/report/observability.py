"""The page of an observability."""

from __future__ import annotations

from pathlib import Path

from loopsim.report import finding
from loopsim.report.finding import Finding, cell
from loopsim.scenario import Scenario
from loopsim.twins import Observability


def write(result: Observability, folder: str | Path, scenario: Scenario) -> Path:
    """Write ``report.html``, ``observability.png`` and ``observability.json``.

    Returns
    -------
    Path of the page.
    """
    return finding.write(_of(result), result, Path(folder), scenario)


def _of(result: Observability) -> Finding:
    mean, low, high = (cell(value) for value in result.harm)
    _, false = result.shares
    return Finding(
        kind="observability",
        title=f"{result.name}: how long before it shows?",
        said=[
            f"{result.change[0].upper()}{result.change[1:]}: {result.verdict}.",
            f"Lost until noticed, or to the end: {mean} [{low}, {high}] {result.unit} a seed.",
            f"The same rule on undisturbed series: an alarm in {false[0]:.0%} of seeds.",
        ],
        tables=[("Measures", result.table,
                 "Rounds count from 0. Infinite: not within the run, so later than that. A seed "
                 "that never noticed counts as infinite in the median, and its harm is that of the "
                 "whole run: a lower bound.")],
        runs=(
            f"{len(result.seeds)} seeds from {result.seeds[0]} on, each with and without the "
            f"change, of {result.group}. Noticed: out of the {result.level:.0%} band of the other "
            f"seeds' undisturbed series {result.hold} rounds on end. {result.confidence:.0%} "
            f"intervals over seeds. Scenario {result.hash[:12]}."
        ),
    )  # fmt: skip
