"""Cut loops in exact twins, in pairs over seeds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from loopsim.edges import LOOPS
from loopsim.engines import Engine, run
from loopsim.errors import InputError
from loopsim.registry import allow_code, there_are
from loopsim.scenario import Scenario
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation
from loopsim.twins.result import ARMS, CutResult
from loopsim.twins.stopping import Stopping

METRICS = (
    "true.click_through",
    "true.auc",
    "true.recall",
    "true.profit",
    "observed.auc",
    "true.approval",
    "true.precision",
    "true.repayment",
    "true.gap.approval",
    "observed.precision",
)


def cut(
    scenario: Scenario,
    loops: Iterable[str] = ("outcome",),
    seeds: int = 20,
    metrics: Iterable[str] | None = None,
    workers: int | None = None,
    code: Iterable[str | Path] = (),
    until_width: float | None = None,
    max_seeds: int = 100,
    engine: Engine | str | None = None,
) -> CutResult:
    """Run a scenario with loops closed and cut, and compare the exact twins.

    Parameters
    ----------
    scenario : Scenario
    loops : names of the loops that are cut together
    seeds : int
        Pairs of runs, seeds ``scenario.seed``, ``scenario.seed + 1`` and so on; at least 2.
    metrics : such as ``"true.auc"``; the first four are drawn
        Of those that loopsim chooses if none are given, the ones that the world has.
    workers : int, optional
        Processes; the figures do not depend on it.
    code : paths
        Files of your own that the scenario may run, in the worker processes as well.
    until_width : float, optional
        Go on with further seeds until the 95% t interval of the first metric's effect over
        everybody is at most this wide, in the metric's unit. None: just `seeds`.
    max_seeds : int
        Pairs after which that ends in any case; the result says which it was.
    engine : Engine or str, optional
        Where the runs are done, and whether they are kept: ``"serial"``, ``"processes"``, the
        address of a Dask scheduler, or a `loopsim.Study`.

    Raises
    ------
    InputError
        An unknown loop or metric, too few seeds, or a kind that only this process knows.
    """
    allow_code(code)
    loops = (loops,) if isinstance(loops, str) else tuple(loops)
    stopping = Stopping(seeds, until_width, max_seeds)
    _check(loops, workers)
    chosen = metrics_of(scenario, None if metrics is None else tuple(metrics))
    frames: list[pd.DataFrame] = []

    def result(why: str = "") -> CutResult:
        series = pd.concat(frames, ignore_index=True)
        return CutResult(
            scenario.name, loops, chosen, series, scenario.observed.window, scenario.hash, why
        )

    while batch := stopping.batch():
        tasks = [
            (scenario.as_dict() | {"seed": scenario.seed + i}, loops, arm, chosen)
            for i in batch
            for arm in ARMS
        ]
        frames += run(_one, tasks, scenario, workers, engine, "cut")
        stopping.look(result().paired(chosen[0]))
    return result(stopping.why)


Task = tuple[dict[str, Any], tuple[str, ...], str, tuple[str, ...]]


def _one(task: Task) -> pd.DataFrame:
    """One arm of one pair, in memory."""
    plain, loops, arm, metrics = task
    scenario = Scenario.parse(plain)
    twin = scenario if arm == "closed" else scenario.cut(*loops)
    frame = Simulation(twin).run().series.frame()
    names = frame["ledger"].astype(str) + "." + frame["metric"].astype(str)
    frame = frame[names.isin(metrics)].astype({"ledger": str, "metric": str, "group": str})
    return frame.assign(seed=scenario.seed, arm=arm)


def _check(loops: tuple[str, ...], workers: int | None) -> None:
    for loop in loops:
        if loop not in LOOPS:
            raise InputError(f"no loop {loop!r}; {there_are(LOOPS, loop)}")
    if not loops:
        raise InputError(f"no loop to cut; there are {', '.join(LOOPS)}")
    if workers is not None and workers < 1:
        raise InputError(f"workers = {workers}: must be at least 1")


def metrics_of(scenario: Scenario, asked: tuple[str, ...] | None) -> tuple[str, ...]:
    """What a world measures shows in one round: an unknown name must not cost a whole run."""
    sim = Simulation(scenario).run(1)
    known = [f"{ledger}.{name}" for ledger in LEDGERS for name in sim.series.names(ledger)]
    if asked is None:
        own = [f"true.{name}" for name in sim.world.truth(sim.people)]
        return (*(m for m in METRICS if m in known), *(() if {*own} & {*METRICS} else own))
    for metric in asked:
        if metric not in known:
            raise InputError(f"no metric {metric!r}; {there_are(known, metric)}")
    return asked
