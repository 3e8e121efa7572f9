"""The page of a sensitivity analysis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from loopsim.report import finding
from loopsim.report.finding import Finding, cell
from loopsim.scenario import Scenario
from loopsim.studies.sensitivity import Sensitivity

NOTES = {
    "morris": "In units of the metric, for a step over the whole range. mu_star: mean size of an "
    "effect; mu: mean with its sign; sigma: standard deviation of the effects, 0 for what adds up "
    "straight; sigma_by_seeds: the sigma that noise of seeds alone would give.",
    "sobol": "Shares of the variance over the ranges. ST: with all interactions; S1: by itself; "
    "S2: of a pair, beyond both by themselves. From fewer than 64 samples S1 can be far off.",
}
HALVES = (
    " 95% intervals; points and seeds are the halves that other points and other seeds would "
    "make, and the interval has the root of the sum of their squares."
)


def write(result: Sensitivity, folder: str | Path, scenario: Scenario) -> Path:
    """Write ``report.html``, ``sensitivity.png``, ``sensitivity.json`` and ``runs.csv``.

    Returns
    -------
    Path of the page.
    """
    place = Path(folder)
    page = finding.write(_of(result), result, place, scenario)
    result.runs.to_csv(place / "runs.csv", index=False)
    return page


def _of(result: Sensitivity) -> Finding:
    ranges = pd.DataFrame(
        {"parameter": list(result.parameters), "over": list(result.parameters.values())}
    )
    failed = result.failed
    return Finding(
        kind="sensitivity",
        title=f"{result.name}: what matters?",
        said=[
            *(line for metric in result.metrics for line in sentences(result, metric)),
            *([f"{len(failed)} runs failed; see runs.csv."] if len(failed) else []),
        ],
        tables=[
            *((metric, result.table[result.table["metric"] == metric].drop(columns="metric"),
               NOTES[result.method] + HALVES) for metric in result.metrics),
            ("Parameters and seeds", result.noise,
             "Shares of the variance between single runs: due to the parameters, to the seed alike "
             "at every point (paired seeds take it out), and to the seed differently at each. "
             "left: what of it is in the means over the seeds, as a share of their variance."),
            ("Searched over", ranges, "Every value of a range or a list is equally likely."),
        ],
        runs=(
            f"{result.method.capitalize()}, {result.samples} samples, {result.points} different "
            f"points, seeds {result.seeds[0]} to {result.seeds[-1]}, {len(result.runs)} runs, "
            f"means of the last {result.window} rounds. Scenario {result.hash[:12]}. The runs are "
            "in runs.csv."
        ),
    )  # fmt: skip


def sentences(result: Sensitivity, metric: str) -> list[str]:
    """What matters most, what does not at all, and how much of it is noise."""
    ranked = result.ranked(metric)
    idle, unclear = result.idle(metric), result.unclear(metric)
    said = []
    if len(idle) == len(result.parameters):
        said.append(f"{metric}: none of the parameters moves it at all.")
    elif not np.isfinite(ranked["value"]).any():
        return [f"{metric}: unknown; {_left_out(result, metric)} of the design have no value."]
    else:
        said.append(f"{metric} depends most on {_interval(result, ranked.iloc[0])}{_then(ranked)}.")
        if idle:
            said.append(f"{metric}: {', '.join(idle)} changes nothing at all: same seed, same run.")
        if unclear:
            said.append(f"{metric}: cannot be told from 0: {', '.join(unclear)}.")
        said.append(_noise(result, metric))
    if _left_out(result, metric):
        said.append(f"{metric}: blocks left out, as not known whole: {_left_out(result, metric)}.")
    return said


def _interval(result: Sensitivity, row: pd.Series) -> str:
    """The parameter with its index: ``policy.explore (ST 0.6 [0.4, 0.8])``."""
    value, low, high = (cell(float(row[name])) for name in ("value", "low", "high"))
    index = {"ST": "total share", "mu_star": "mean size of its effect"}[result.main]
    return f"{row.name} ({index} {value} [{low}, {high}])"


def _then(ranked: pd.DataFrame) -> str:
    """The others, in their order."""
    rest = [f"{row.name} ({cell(float(row['value']))})" for _, row in ranked.iloc[1:].iterrows()]
    return f", then {', '.join(rest)}" if rest else ""


def _noise(result: Sensitivity, metric: str) -> str:
    row = result.noise.set_index("metric").loc[metric]
    whole, seeds, both, left = (
        f"{float(row[name]):.0%}" for name in ("parameters", "seeds", "both", "left")
    )
    return (
        f"{metric}: of the variance between single runs the parameters make {whole}, the seed "
        f"{seeds} alike at every point and {both} differently at each; of the variance of the "
        f"means over {len(result.seeds)} seeds, {left} is such noise."
    )


def _left_out(result: Sensitivity, metric: str) -> int:
    return int(result.noise.set_index("metric").loc[metric, "left_out"])
