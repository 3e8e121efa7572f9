"""The page of a search for the best policy."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from loopsim.report import finding
from loopsim.report.finding import Finding, cell
from loopsim.scenario import Scenario
from loopsim.studies.optimise import Optimum
from loopsim.studies.sweep.grid import plain, told_point


def write(result: Optimum, folder: str | Path, scenario: Scenario) -> Path:
    """Write ``report.html``, ``optimise.png``, ``optimise.json`` and ``runs.csv``.

    Returns
    -------
    Path of the page.
    """
    place = Path(folder)
    page = finding.write(_of(result), result, place, scenario)
    result.runs.to_csv(place / "runs.csv", index=False)
    return page


def _of(result: Optimum) -> Finding:
    ranges = pd.DataFrame(
        {"parameter": list(result.parameters), "over": list(result.parameters.values())}
    )
    history = result.history.assign(keeps=["yes" if t.keeps else "no" for t in result.trials])
    for key in result.parameters:
        history[key] = [plain(t.point[key]) if key in t.point else "–" for t in result.trials]
    judged = [
        ("The gain", result.table,
         "Paired differences from the scenario as it is. The seeds that the point was chosen on "
         "flatter it: of many trials the luckiest is chosen. Those held out do not."),
        *([("The limits", result.kept, "Means of the point that was chosen; the interval is of the "
            "seeds held out. Kept: the whole interval is within the limit.")]
          if len(result.kept) else []),
    ] if result.best is not None else []  # fmt: skip
    held = f", {len(result.held_out)} held out" if result.held_out else ""
    return Finding(
        kind="optimise",
        title=f"{result.name}: what is best?",
        said=sentences(result),
        tables=[
            *judged,
            ("Trials", history.sort_values(["keeps", result.objective], ascending=False),
             "Those that keep the limits first. Means over the seeds that choose; what a limit is "
             "passed by: 0 or less is kept. A dash where the chosen kind has no such parameter."),
            ("Searched over", ranges, "A parameter below a kind counts where the kind has it."),
        ],
        runs=(
            f"{len(result.trials)} trials on seeds {result.chosen_on[0]} to {result.chosen_on[-1]}"
            f"{held}, {len(result.runs)} runs, means of the last {result.window} rounds; by "
            f"Optuna's TPE. Scenario {result.hash[:12]}. The runs are in runs.csv."
        ),
    )  # fmt: skip


def sentences(result: Optimum) -> list[str]:
    """The verdict, the point, and what the search flattered itself by."""
    said = [result.verdict.text]
    if result.best is not None:
        said += [f"The point: {told_point(result.best.point)}.", flattery(result)]
    if len(result.failed):
        said.append(f"{len(result.failed)} runs failed; see runs.csv.")
    return said


def flattery(result: Optimum) -> str:
    """The gain on the seeds that chose, beside that on the others: the winner's curse."""
    chosen, held = result.table.to_dict("records")
    more = cell(chosen["gain"] - held["gain"])
    return (
        f"On the {chosen['pairs']} seeds that it was chosen on the gain is {cell(chosen['gain'])}, "
        f"on the {held['pairs']} held out {cell(held['gain'])}: {more} is what choosing among "
        "trials, and chance, added to the first."
    )
