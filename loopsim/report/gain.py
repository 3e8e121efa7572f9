"""The page of a gain."""

from __future__ import annotations

from pathlib import Path

from loopsim.report import finding
from loopsim.report.finding import Finding, cell
from loopsim.scenario import Scenario
from loopsim.twins import Gain
from loopsim.twins.gain_result import LoopGain

MAIN = ["loops", "gain", "low", "high", "joint_low", "joint_high", "verdict", "period",
        "explained", "settles", "settles_low", "settles_high", "explodes", "explodes_low",
        "explodes_high", "note"]  # fmt: skip
CHECK = ["loops", "linear", "asymmetry", "asymmetry_low", "asymmetry_high", "curvature",
         "curvature_low", "curvature_high"]  # fmt: skip


def write(result: Gain, folder: str | Path, scenario: Scenario) -> Path:
    """Write ``report.html``, ``gain.png`` and ``gain.json``; returns the page's path."""
    return finding.write(_of(result), result, Path(folder), scenario)


def _of(result: Gain) -> Finding:
    several = len(result.loops) > 1
    joint = " Verdicts rest on the joint intervals, which hold together for all rows (Bonferroni)."
    return Finding(
        kind="gain",
        title=f"{result.name}: does it run away?",
        said=[_sentence(loop) for loop in result.loops],
        tables=[
            ("Gains", result.table[MAIN],
             "The factor by which a difference grows from one generation to the next, and its "
             "interval. Explained: the share of the mean path that one step explains. Settles, "
             "explodes: rounds after the push." + joint * several),
            ("Is the response linear?", result.table[CHECK],
             "Up and down should be opposite (asymmetry), and twice the push do twice as much "
             "(curvature); both relative to the response, with intervals. It holds within ±0.25 "
             "and fails beyond ±0.1."),
        ],
        runs=(
            f"{result.pushed} in round {result.at}; {result.followed} is followed. "
            f"{len(result.seeds)} seeds from {result.seeds[0]} on, each with an undisturbed branch "
            f"and four pushed ones that share all before; {result.confidence:.0%} intervals over "
            f"seeds. Scenario {result.hash[:12]}."
        ),
    )  # fmt: skip


def _sentence(loop: LoopGain) -> str:
    rate = loop.growth
    whose = "All loops together" if loop.label == "all" else f"The {loop.label} loop, others cut"
    note = f" ({loop.note})" if loop.note else ""
    ends = f"[{cell(rate.low)}, {cell(rate.high)}]"
    return f"{whose}: {loop.verdict}, gain {cell(rate.gain)} {ends}{note}."
