"""The page of a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from loopsim.report import finding
from loopsim.report.finding import Finding, cell
from loopsim.scenario import Scenario
from loopsim.studies.sweep import Sweep
from loopsim.studies.sweep.grid import told_point

SHOWN = ("mean", "low", "high", "change", "change_low", "change_high", "p_holm", "seeds")


def write(result: Sweep, folder: str | Path, scenario: Scenario) -> Path:
    """Write ``report.html``, ``sweep.png``, ``sweep.json`` and ``runs.csv``.

    Returns
    -------
    Path of the page.
    """
    place = Path(folder)
    page = finding.write(_of(result), result, place, scenario)
    result.runs.to_csv(place / "runs.csv", index=False)
    return page


def _of(result: Sweep) -> Finding:
    seeds, table = result.seeds, result.table
    failed = [
        f"Failed: {told_point(result.points[row['point']])}, seed {row['seed']}: {row['error']}"
        for row in result.failed.to_dict("records")[:10]
    ]
    more = len(result.failed) - len(failed)
    return Finding(
        kind="sweep",
        title=f"{result.name}: {' × '.join(result.parameters)}",
        said=[
            *(sentence(result, metric) for metric in result.metrics),
            *failed,
            *([f"{more} more runs failed; see runs.csv."] if more else []),
            *([f"Stopped: {result.stopped}."] if result.stopped else []),
        ],
        tables=[
            (metric, table.loc[table["metric"] == metric, [*result.parameters, *SHOWN]],
             "Student's t intervals, 95%, each by itself. The change is that from the first point, "
             "paired over seeds; p_holm is adjusted for all rows of all metrics (Holm).")
            for metric in result.metrics
        ],
        runs=(
            f"{len(result.points)} points, seeds {seeds[0]} to {seeds[-1]}, {len(result.runs)} "
            f"runs, means of the last {result.window} rounds. Scenario {result.hash[:12]}. "
            "The runs are in runs.csv."
        ),
    )  # fmt: skip


def sentence(result: Sweep, metric: str) -> str:
    """Where a metric is lowest and highest, and whether that differs from the first point."""
    table = result.table[result.table["metric"] == metric].reset_index(drop=True)
    if not np.isfinite(table["mean"]).any():
        return f"{metric}: unknown at every point."
    low, high = int(table["mean"].idxmin()), int(table["mean"].idxmax())
    if len(table) == 1:
        return f"{metric} is {_interval(table.loc[0])}."
    clear = int((table["p_holm"] < 0.05).sum())
    return (
        f"{metric} is lowest at {told_point(result.points[low])}, {_interval(table.loc[low])}, and "
        f"highest at {told_point(result.points[high])}, {_interval(table.loc[high])}. {clear} of "
        f"{len(table) - 1} points differ from the first (p < 0.05 after Holm)."
    )


def _interval(row: object) -> str:
    mean, low, high = (cell(float(row[name])) for name in ("mean", "low", "high"))  # type: ignore[index]
    return f"{mean} [{low}, {high}]"
