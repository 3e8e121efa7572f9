"""The page of an attribution."""

from __future__ import annotations

from pathlib import Path

from loopsim.report import finding
from loopsim.report.finding import Finding, cell
from loopsim.scenario import Scenario
from loopsim.twins import Attribution


def write(result: Attribution, folder: str | Path, scenario: Scenario) -> Path:
    """Write ``report.html``, ``attribution.png``, ``attribution.json`` and ``runs.csv``.

    Returns
    -------
    Path of the page.
    """
    place = Path(folder)
    page = finding.write(_of(result), result, place, scenario)
    result.values.to_csv(place / "runs.csv", index=False)
    return page


def _of(result: Attribution) -> Finding:
    seeds, whose = result.seeds, "everybody" if result.group == "all" else result.group
    per_seed = "every combination" if not any(
        orders is not None for orders in result.orders.values()
    ) else "orders of joining, drawn anew for each seed"  # fmt: skip
    left = [f"Left out: the {loop} loop: {why}." for loop, why in result.left_out.items()]
    return Finding(
        kind="attribution",
        title=f"{result.name}: which loop did it?",
        said=[*(_sentence(result, metric) for metric in result.metrics), *left],
        tables=[
            ("The change", result.totals, "All of these loops closed, less all of them cut."),
            ("Shapley values", result.table,
             "They add up to the change, seed by seed. A share has Fieller's interval, and is "
             "unknown where the change cannot be told from 0. Alone: closed while all others are "
             "cut. p_holm is adjusted for all rows of this table (Holm)."),
            ("Interactions of pairs", result.pairs,
             "Shapley-Taylor indices of order 2; with the effects alone they add up to the change. "
             "p_holm is adjusted for all rows of this table."),
        ],
        runs=(
            f"{len(seeds)} seeds from {seeds[0]} on, {per_seed}, means of the last "
            f"{result.window} rounds for {whose}; 95% intervals over seeds. "
            f"Scenario {result.hash[:12]}. The runs are in runs.csv."
        ),
    )  # fmt: skip


def _sentence(result: Attribution, metric: str) -> str:
    total = result.totals[result.totals["metric"] == metric].iloc[0]
    table = result.table[result.table["metric"] == metric]
    most = table.loc[table["shapley"].abs().idxmax()]
    interval = f"[{cell(total['low'])}, {cell(total['high'])}]"
    return (
        f"{metric} goes from {cell(total['cut'])} to {cell(total['closed'])}: "
        f"{cell(total['total'])} {interval}. The largest part is the {most['loop']} loop's: "
        f"{cell(most['shapley'])} [{cell(most['low'])}, {cell(most['high'])}], of which alone "
        f"{cell(most['alone'])}."
    )
