"""Alarms against what happened: a comparison of finished series, for after a run.

What happened are the scenario's shocks; what it cost is read from the true ledger. No monitor, rule
or gate may read this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.registry import there_are

if TYPE_CHECKING:
    import pandas as pd

    from loopsim.scenario import Scenario

#: The first of these that a true ledger has is what harm is measured in.
HARMED = ("profit", "click_through", "accuracy")
#: Metrics of which more is worse.
WORSE = ("brier", "calibration", "false_positive_rate", "regret", "gap.")
BEFORE = 10  # rounds before a change whose mean is what was usual


@dataclass(frozen=True)
class Detection:
    """One monitor and one change of the world.

    Attributes
    ----------
    monitor : str
    at : int
        The round in which the change began.
    change : str
        What changed.
    noticed : int or None
        The round of the first alarm after `at`; None if there was none before the next change (or
        the end, or `horizon`). An alarm in round `at` itself has seen only what was before.
    delay : float
        Rounds from one to the other: 1 is as soon as can be; NaN if it was not noticed.
    harm : float
        The true metric's shortfall against its mean before the change, added up over the rounds
        from `at` until it was noticed (or could be no more): metric times rounds, negative for a
        gain; NaN if nothing was known before.
    """

    monitor: str
    at: int
    change: str
    noticed: int | None
    delay: float
    harm: float


@dataclass(frozen=True)
class FalseAlarms:
    """A monitor's alarms in quiet rounds: before the first change, or longer than `horizon` after.

    Attributes
    ----------
    monitor : str
    alarms, rounds : int
        Alarms in quiet rounds, and how many quiet rounds there were.
    per_hundred : float
        Alarms in 100 quiet rounds; NaN if none was quiet.
    """

    monitor: str
    alarms: int
    rounds: int
    per_hundred: float


def alarms(events: Iterable[Mapping[str, Any]], scenario: Scenario) -> dict[str, list[int]]:
    """Rounds of the alarms, by monitor; a monitor of the scenario without one has none.

    >>> from loopsim.scenario import Scenario
    >>> plan = Scenario.parse({"name": "x", "environment": "lending", "monitors": ["missing"]})
    >>> alarms([{"kind": "alarm", "round": 3, "reason": "missing: income is ..."}], plan)
    {'missing': [3]}
    """
    found: dict[str, list[int]] = {_called(kind): [] for kind in scenario.monitors}
    for event in events:
        if event["kind"] == "alarm":
            name = str(event["reason"]).partition(":")[0]
            found.setdefault(name, []).append(int(event["round"]))
    return {name: sorted(rounds) for name, rounds in found.items()}


def detections(
    events: Iterable[Mapping[str, Any]],
    scenario: Scenario,
    metrics: pd.DataFrame,
    metric: str | None = None,
    horizon: int | None = None,
) -> list[Detection]:
    """Every change of the world and every monitor: when it was noticed and what it had cost.

    Parameters
    ----------
    events : iterable of dict
        `Run.events` as records.
    scenario : Scenario
    metrics : DataFrame
        `Run.metrics()`.
    metric : str, optional
        Of the true ledger; the first of profit, click_through and accuracy that there is.
    horizon : int, optional
        Rounds after a change in which an alarm still answers it; until the next change if not
        given.

    Raises
    ------
    KeyError
        For a metric that there is not.
    """
    true = _true(metrics, metric)
    changes = _changes(scenario)
    found = []
    for name, rounds in alarms(events, scenario).items():
        for (at, change), end in zip(changes, _ends(changes, scenario, horizon), strict=True):
            noticed = next((t for t in rounds if at < t <= end), None)
            delay = float("nan") if noticed is None else float(noticed - at)
            harm = _harm(true, at, end + 1 if noticed is None else noticed)
            found.append(Detection(name, at, change, noticed, delay, harm))
    return found


def false_alarms(
    events: Iterable[Mapping[str, Any]], scenario: Scenario, horizon: int | None = None
) -> list[FalseAlarms]:
    """How often each monitor was alarmed where nothing had happened; see `FalseAlarms`.

    A world's own loops move it too: an alarm at that is false by this count, which knows the
    scenario's shocks alone.
    """
    changes = _changes(scenario)
    quiet = np.ones(scenario.rounds, dtype=bool)
    for (at, _), end in zip(changes, _ends(changes, scenario, horizon), strict=True):
        quiet[at + 1 : end + 1] = False
    out = []
    for name, rounds in alarms(events, scenario).items():
        count = sum(bool(quiet[t]) for t in rounds)
        share = 100.0 * count / quiet.sum() if quiet.any() else float("nan")
        out.append(FalseAlarms(name, count, int(quiet.sum()), float(share)))
    return out


def harmed(metrics: pd.DataFrame) -> str:
    """The true metric that harm is measured in where none is named."""
    have = set(metrics.loc[metrics["ledger"] == "true", "metric"])
    return next((name for name in HARMED if name in have), HARMED[0])


def _called(kind: Any) -> str:
    return str(getattr(kind, "called", kind.kind))


def _changes(scenario: Scenario) -> list[tuple[int, str]]:
    """Rounds in which something changed, ascending, and what; changes of one round are one."""
    found: dict[int, list[str]] = {}
    for shock in sorted(scenario.shocks, key=lambda shock: shock.at):
        found.setdefault(shock.at, []).append(shock.why or f"{shock.set} to {shock.to}")
    return [(at, ", ".join(what)) for at, what in found.items()]


def _ends(changes: Sequence[tuple[int, str]], scenario: Scenario, horizon: int | None) -> list[int]:
    """The last round in which an alarm answers each change; a gradual one goes on for a while."""
    last = scenario.rounds - 1
    following = [*(at for at, _ in changes[1:]), last][: len(changes)]
    if horizon is None:
        return following
    spans = {s.at: s.over for s in sorted(scenario.shocks, key=lambda s: s.over)}
    return [
        min(end, at + spans[at] - 1 + horizon)
        for (at, _), end in zip(changes, following, strict=True)
    ]


def _true(metrics: pd.DataFrame, metric: str | None) -> pd.Series:
    """The true metric of everybody by round, turned so that more is better."""
    mine = metrics[(metrics["ledger"] == "true") & (metrics["group"] == "all")]
    metric, have = metric or harmed(metrics), list(dict.fromkeys(mine["metric"]))
    if metric not in have:
        raise KeyError(f"no true metric {metric!r}; {there_are(have, metric)}")
    found = mine[mine["metric"] == metric].set_index("round")["value"].sort_index()
    return -found if str(metric).startswith(WORSE) else found


def _harm(true: pd.Series, start: int, stop: int) -> float:
    before = true.loc[start - BEFORE : start - 1].mean()
    return float((before - true.loc[start : stop - 1]).sum()) if before == before else float("nan")
