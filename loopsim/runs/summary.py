"""The summary of a run: what the terminal shows and ``--json`` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from loopsim.runs.reader import Run


def summary(run: Run, window: int | None = None) -> dict[str, Any]:
    """The final figures of both ledgers, and what the run was.

    Parameters
    ----------
    run : Run
    window : int, optional
        The final figures are means over the last `window` rounds (those in which a figure is
        known); the dashboard's own window if not given.

    Returns
    -------
    dict
        ``folder, name, seed, status, error, rounds, decisions, seconds, decisions_per_second,
        versions, window``, and ``true`` and ``observed``, each ``{metric: {group: figure}}``, None
        where it is unknown. Ready for JSON.
    """
    window = window or run.scenario.observed.window
    facts, seconds = run.manifest, _seconds(run)
    return {
        "folder": None if run.folder is None else str(run.folder),
        "name": facts["name"],
        "seed": facts["seed"],
        "status": run.status,
        "error": facts["error"],
        "rounds": facts["rounds_done"],
        "decisions": facts["decisions"],
        "seconds": round(seconds, 3),
        "decisions_per_second": round(facts["decisions"] / seconds) if seconds else None,
        "versions": facts["versions"],
        "window": window,
        **_final(run, window),
    }


def _final(run: Run, window: int) -> dict[str, dict[str, dict[str, float | None]]]:
    frame = run.metrics()
    last = frame[frame["round"] > frame["round"].max() - window]
    means = last.groupby(["ledger", "metric", "group"], observed=True, sort=False)["value"].mean()
    figures: dict[str, dict[str, dict[str, float | None]]] = {"true": {}, "observed": {}}
    for (ledger, metric, group), value in means.items():
        known = float(value) if np.isfinite(value) else None
        figures[str(ledger)].setdefault(str(metric), {})[str(group)] = known
    return figures


def _seconds(run: Run) -> float:
    if run.simulation is not None:
        return float(sum(run.simulation.timings.values()))
    path = run.folder / "timings.json" if run.folder else None
    if path is None or not path.is_file():
        return 0.0
    return float(sum(stretch["seconds"] for stretch in json.loads(path.read_text())["stretches"]))
