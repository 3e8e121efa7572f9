"""The figures of a run. One style: blue is true, orange is observed, dotted lines are events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

TRUE, OBSERVED = "#0072B2", "#D55E00"
GROUPS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
EVENTS = {"retrained": "#999999", "kept": "#D55E00", "shock": "#000000"}


@dataclass(frozen=True)
class Picture:
    """A figure on disk and what to look at in it."""

    path: Path
    title: str
    caption: str


def draw_all(metrics: pd.DataFrame, events: list[dict[str, Any]], folder: Path) -> list[Picture]:
    """Draw every figure of a run into a folder, as PNG."""
    folder.mkdir(exist_ok=True)
    return [
        _ledgers(metrics, events, folder / "ledgers.png"),
        _groups(metrics, events, folder / "groups.png"),
        _labels(metrics, events, folder / "labels.png"),
        _pressure(metrics, events, folder / "pressure.png"),
    ]


def path_of(metrics: pd.DataFrame, ledger: str, metric: str, group: str = "all") -> pd.Series:
    """One figure over rounds, indexed by round; empty if there is none of that name."""
    mine = (metrics["ledger"] == ledger) & (metrics["metric"] == metric)
    mine &= metrics["group"] == group
    return metrics[mine].set_index("round")["value"]


def _axes(panels: int, columns: int) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    rows = -(-panels // columns)
    figure = Figure(figsize=(3.7 * columns, 2.5 * rows + 0.3), layout="constrained", dpi=120)
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(labelsize=8)
    for axis in axes[-columns:]:
        axis.set_xlabel("round", fontsize=8)
    return figure, axes


def _line(axis: Any, values: pd.Series, colour: str, label: str | None = None) -> None:
    axis.plot(values.index, values, color=colour, label=label, linewidth=1.6)


def _mark(axis: Any, events: list[dict[str, Any]]) -> None:
    """Versions, refusals and shocks on the time axis."""
    for event in events:
        if event["kind"] in EVENTS:
            loud = event["kind"] != "retrained"
            axis.axvline(
                event["round"],
                color=EVENTS[event["kind"]],
                linewidth=1.0 if loud else 0.5,
                linestyle="-" if loud else ":",
                alpha=0.7,
                zorder=0,
            )


def _save(figure: Any, axes: Any, events: list[dict[str, Any]], path: Path) -> Path:
    for axis in axes:
        _mark(axis, events)
    figure.savefig(path, metadata={"Software": None})
    return path


def _ledgers(metrics: pd.DataFrame, events: list[dict[str, Any]], path: Path) -> Picture:
    names = ("approval", "precision", "recall", "auc", "calibration", "profit")
    figure, axes = _axes(len(names), 3)
    for axis, name in zip(axes, names, strict=True):
        for ledger, colour in (("true", TRUE), ("observed", OBSERVED)):
            _line(axis, path_of(metrics, ledger, name), colour, ledger)
        axis.set_title(name, fontsize=9)
    axes[0].legend(frameon=False, fontsize=8)
    return Picture(
        _save(figure, axes, events, path),
        "True against observed",
        "Where the lines part, the dashboard is wrong. Dotted lines: a new version went live; "
        "solid black: a shock; solid orange: a candidate was refused and the champion kept.",
    )


def _groups(metrics: pd.DataFrame, events: list[dict[str, Any]], path: Path) -> Picture:
    names = ("approval", "recall", "repayment")
    figure, axes = _axes(len(names), 3)
    groups = [g for g in metrics["group"].unique() if g != "all"]
    for axis, name in zip(axes, names, strict=True):
        for i, group in enumerate(groups):
            _line(axis, path_of(metrics, "true", name, group), GROUPS[i % len(GROUPS)], group)
        axis.set_title(f"true {name}", fontsize=9)
    handles = axes[0].get_lines()
    figure.legend(handles=handles, loc="outside upper center", ncols=6, frameon=False, fontsize=8)
    return Picture(
        _save(figure, axes, events, path),
        "The groups, as they truly fare",
        "Approval and recall of those who asked; repayment is the mean chance of everybody in the "
        "world. Lines that move apart are a gap that the loop widens.",
    )


def _labels(metrics: pd.DataFrame, events: list[dict[str, Any]], path: Path) -> Picture:
    names = ("labels", "coverage", "age")
    figure, axes = _axes(len(names), 3)
    for axis, name in zip(axes, names, strict=True):
        _line(axis, path_of(metrics, "observed", name), OBSERVED)
        axis.set_title({"age": "age of labels (rounds)"}.get(name, name), fontsize=9)
        axis.set_ylim(bottom=0)
    return Picture(
        _save(figure, axes, events, path),
        "What every observed figure rests on",
        "Labels in the dashboard's window, labels per decision taken in it, and how old they are.",
    )


def _pressure(metrics: pd.DataFrame, events: list[dict[str, Any]], path: Path) -> Picture:
    names = [n for n in metrics["metric"].unique() if str(n).startswith("pressure.")]
    figure, axes = _axes(max(len(names), 1), 3)
    for axis, name in zip(axes, names, strict=False):
        _line(axis, path_of(metrics, "true", name), TRUE)
        axis.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
        axis.set_title(f"{str(name).removeprefix('pressure.')} loop", fontsize=9)
    for axis in axes[len(names) :]:
        axis.set_visible(False)
    return Picture(
        _save(figure, axes[: len(names)], events, path),
        "Loop pressure",
        "What the loop has made of the world, less the natural twin that is carried beside it in "
        "this very run: mean chance of repaying (feature), share of people still there (sampling). "
        "0 is no pressure.",
    )
