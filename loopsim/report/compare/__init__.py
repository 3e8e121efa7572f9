"""The page of a comparison: one self-contained HTML file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from loopsim.report.html import inline, rendered
from loopsim.runs.folder import write_text
from loopsim.studies.compare import Comparison
from loopsim.studies.compare.arms import COSTS
from loopsim.studies.compare.stress import BASE

UNKNOWN = "–"


def write(result: Comparison, folder: str | Path, command: str = "") -> Path:
    """Write ``comparison.html``, ``comparison.png`` and ``runs.csv`` into a folder.

    Parameters
    ----------
    result : Comparison
    folder : path
        Made if it is not there; files of those names in it are replaced.
    command : str
        What was typed to get it, if that is how it came about.

    Returns
    -------
    Path of the page.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    picture = result.figure(place / "comparison.png")
    result.runs.to_csv(place / "runs.csv", index=False)
    page = place / "comparison.html"
    write_text(page, _render(result, picture, command))
    return page


def _render(result: Comparison, picture: Path, command: str) -> str:
    return rendered(
        "compare/page.html.j2",
        result=result,
        verdict=result.verdict,
        figures=figures(result),
        costs=costs(result),
        pairs=[_pair(row) for row in result.pairs.to_dict("records")],
        image=inline(picture),
        command=command,
        notes=COSTS,
        base=BASE,
    )


def figures(result: Comparison) -> tuple[list[str], list[tuple[str, str, list[str]]]]:
    """Names of the figures, and a row a condition and arm: the objective and each of them."""
    apart = ("condition", "arm", result.objective)
    names = [n for n in result.table if n not in apart and not n.startswith("cost.")]
    rows = [
        (row["condition"], row["arm"], [number(row[name]) for name in names])
        for row in result.table.to_dict("records")
    ]
    return names, rows


def costs(result: Comparison) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Names of the costs that anybody has, and a row an arm: totals of the rounds that count."""
    table = result.table[result.table["condition"] == BASE].set_index("arm")
    names = [cost for cost in COSTS if table[f"cost.{cost}"].any()]
    rows = [
        (arm, [f"{table.loc[arm, f'cost.{name}'] * result.rounds:,.1f}" for name in names])
        for arm in result.arms
    ]
    return names, rows


def _pair(row: dict[Any, Any]) -> dict[str, str]:
    told = {name: number(row[name], sign=True) for name in ("effect", "low", "high", "b_low",
                                                            "b_high")}  # fmt: skip
    named = {name: str(row[name]) for name in ("condition", "arm", "rival", "seeds")}
    return told | named | {"p": f"{row['p']:.2g}", "p_holm": f"{row['p_holm']:.2g}"}


def number(value: float, sign: bool = False) -> str:
    """A figure with four digits that count.

    >>> number(0.0123456), number(0.5, sign=True), number(float("nan"))
    ('0.01235', '+0.5', '–')
    """
    if not math.isfinite(value):
        return UNKNOWN
    return f"{value:+,.4g}" if sign else f"{value:,.4g}"
