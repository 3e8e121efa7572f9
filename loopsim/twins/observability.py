"""How long before the dashboard shows what the truth shows, and what it costs meanwhile?"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loopsim.edges import LOOPS
from loopsim.engines import Engine, run
from loopsim.errors import InputError
from loopsim.monitoring.detection import HARMED
from loopsim.registry import allow_code, there_are
from loopsim.scenario import Scenario
from loopsim.simulation import Simulation
from loopsim.twins.attribution import known_group, split
from loopsim.twins.cut import METRICS, metrics_of
from loopsim.twins.observability_result import Observability, Traces

LEAST = 4  # seeds: a chart is made of the others', and needs three


def observability(
    scenario: Scenario,
    loops: Iterable[str] | None = None,
    metric: str | None = None,
    dashboard: str | None = None,
    harm: str | None = None,
    group: str = "all",
    seeds: int = 12,
    hold: int = 2,
    level: float = 0.99,
    confidence: float = 0.95,
    workers: int | None = None,
    code: Iterable[str | Path] = (),
    engine: Engine | str | None = None,
) -> Observability:
    """Compare when a change is true and when a team can know, in twins paired over seeds.

    The change is loops that are closed (their twin has them cut), or, if no loops are named, the
    scenario's shocks (their twin has none). Three rounds are looked for: the first in which the
    true figure differs between the twins beyond noise; the first in which the observed one does,
    which nobody sees who has no twin; and for each seed the one in which the observed series ALONE
    has left, `hold` times on end, the band in which the other seeds' undisturbed series lie. That
    team knows exactly what is usual, so a real one is no faster.

    Parameters
    ----------
    scenario : Scenario
    loops : names, optional
        None: the scenario's shocks are the change.
    metric : such as ``"true.auc"``, optional
        Default the first of the usual ones that both ledgers have.
    dashboard : such as ``"observed.auc"``, optional
        What the team watches; default the same figure in its ledger.
    harm : such as ``"true.profit"``, optional
        What is lost meanwhile; default the first of profit, click-through and accuracy that there
        is. Profit is added up over cases; any other figure over rounds.
    group : str
    seeds : int
        Pairs; at least 4.
    hold : int
        Rounds on end.
    level : float
        Of the band for one round of one series.
    confidence : float
        Of intervals over seeds, and of all rounds of a ledger together.
    workers : int, optional
        Processes; the figures do not depend on it.
    code : paths
        Files of your own that the scenario may run.
    engine : Engine or str, optional
        Where the runs are done, and whether they are kept; see `loopsim.gain`.

    Raises
    ------
    InputError
        Nothing changes, an unknown name, or a number that is out of range.
    """
    allow_code(code)
    _check(seeds, hold, level, confidence)
    change, at, twin = _change(scenario, loops)
    known_group(scenario, group)
    figures = _figures(scenario, metric, dashboard, harm)
    tasks: list[Task] = [
        (plan.replace(seed=scenario.seed + i).as_dict(), figures, group)
        for plan in (scenario, twin)
        for i in range(seeds)
    ]
    tables = run(_series, tasks, scenario, workers, engine, "observe")
    made = np.array([table.to_numpy().T for table in tables])
    disturbed, undisturbed = made[:seeds], made[seeds:]
    return Observability(
        scenario.name, scenario.hash, change, at, figures, group, hold, level, confidence,
        tuple(scenario.seed + i for i in range(seeds)), Traces(disturbed, undisturbed),
    )  # fmt: skip


def _change(scenario: Scenario, loops: Iterable[str] | None) -> tuple[str, int, Scenario]:
    """What changes, from which round on, and the twin in which it does not."""
    if loops is None:
        if not scenario.shocks:
            raise InputError("nothing changes: name loops, or give the scenario shocks")
        first = min(scenario.shocks, key=lambda shock: shock.at)
        said = first.why or f"{first.set} to {first.to}"
        return said, first.at, scenario.replace(shocks=[])
    names = (loops,) if isinstance(loops, str) else tuple(loops)
    for name in names:
        if name not in LOOPS:
            raise InputError(f"no loop {name!r}; {there_are(LOOPS, name)}")
        if scenario.strengths()[name] == 0.0:
            raise InputError(f"nothing changes: the scenario cuts the {name} loop itself")
    if not names:
        raise InputError(f"no loop is named; there are {', '.join(LOOPS)}")
    word = "loop" if len(names) == 1 else "loops"
    return f"the {' and '.join(names)} {word} closed", 0, scenario.cut(*names)


def _figures(
    scenario: Scenario, metric: str | None, dashboard: str | None, harm: str | None
) -> tuple[str, str, str]:
    """Names of the true figure, the observed one and the harm, all of which there are."""
    sim = Simulation(scenario).run(1)
    true, observed = (sim.series.names(ledger) for ledger in ("true", "observed"))
    both = [f"true.{name}" for name in true if name in observed and f"true.{name}" in METRICS]
    if metric is None and not both:
        raise InputError("this world's ledgers have no usual figure in common: name a metric")
    metric = metric or both[0]
    dashboard = dashboard or f"observed.{split(metric)[1]}"
    harm = harm or next((f"true.{name}" for name in HARMED if name in true), metric)
    for name, ledger in ((metric, "true"), (dashboard, "observed"), (harm, "true")):
        if not name.startswith(f"{ledger}."):
            raise InputError(f"{name}: must be a figure of the {ledger} ledger, {ledger}.NAME")
    return metrics_of(scenario, (metric, dashboard, harm))  # type: ignore[return-value]


Task = tuple[dict[str, Any], tuple[str, str, str], str]


def _series(task: Task) -> pd.DataFrame:
    """A row a round of one run: the true figure, the observed one, and what harm is counted in."""
    plain, figures, group = task
    series = Simulation(Scenario.parse(plain)).run().series
    paths = [series.values(*split(name), _whose(name, group)) for name in figures]
    if figures[2] == "true.profit":  # the mean of a case: what is lost is that of all
        paths[2] = paths[2] * series.values("true", "labels", _whose(figures[2], group))
    return pd.DataFrame(dict(zip(("true", "observed", "harm"), paths, strict=True)))


def _whose(metric: str, group: str) -> str:
    """A gap or a pressure has no groups."""
    return "all" if split(metric)[1].startswith(("gap.", "pressure.")) else group


def _check(seeds: int, hold: int, level: float, confidence: float) -> None:
    for name, value, least in (("seeds", seeds, LEAST), ("hold", hold, 1)):
        if value < least:
            raise InputError(f"{name} = {value}: must be at least {least}")
    for name, share in (("level", level), ("confidence", confidence)):
        if not 0.5 <= share < 1.0:
            raise InputError(f"{name} = {share}: must be in [0.5, 1)")
