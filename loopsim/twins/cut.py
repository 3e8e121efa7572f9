"""Cut loops in exact twins, in pairs over seeds."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pandas as pd

from loopsim.edges import LOOPS
from loopsim.errors import InputError
from loopsim.parts import one_thread
from loopsim.registry import there_are
from loopsim.scenario import Scenario
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation
from loopsim.twins.result import ARMS, CutResult

METRICS = (
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
) -> CutResult:
    """Run a scenario with loops closed and cut, and compare the exact twins.

    Parameters
    ----------
    scenario : Scenario
    loops : names of the loops that are cut together
    seeds : int
        Pairs of runs, seeds ``scenario.seed``, ``scenario.seed + 1`` and so on; at least 2.
    metrics : such as ``"true.auc"``; the first four are drawn
    workers : int, optional
        Processes; the figures do not depend on it.

    Raises
    ------
    InputError
        An unknown loop or metric, or too few seeds.
    """
    loops = (loops,) if isinstance(loops, str) else tuple(loops)
    chosen = METRICS if metrics is None else tuple(metrics)
    _check(loops, seeds, workers)
    _check_metrics(scenario, chosen)
    tasks = [
        (scenario.replace(seed=scenario.seed + i), loops, arm, chosen)
        for i in range(seeds)
        for arm in ARMS
    ]
    workers = min(workers or os.cpu_count() or 1, len(tasks))
    if workers == 1:
        frames = [_one(task) for task in tasks]
    else:
        context = get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=one_thread) as pool:
            frames = list(pool.map(_one, tasks))
    series = pd.concat(frames, ignore_index=True)
    return CutResult(scenario.name, loops, chosen, series, scenario.observed.window)


Task = tuple[Scenario, tuple[str, ...], str, tuple[str, ...]]


def _one(task: Task) -> pd.DataFrame:
    """One arm of one pair, in memory."""
    scenario, loops, arm, metrics = task
    twin = scenario if arm == "closed" else scenario.cut(*loops)
    frame = Simulation(twin).run().series.frame()
    names = frame["ledger"].astype(str) + "." + frame["metric"].astype(str)
    frame = frame[names.isin(metrics)].astype({"ledger": str, "metric": str, "group": str})
    return frame.assign(seed=scenario.seed, arm=arm)


def _check(loops: tuple[str, ...], seeds: int, workers: int | None) -> None:
    for loop in loops:
        if loop not in LOOPS:
            raise InputError(f"no loop {loop!r}; {there_are(LOOPS, loop)}")
    if not loops:
        raise InputError(f"no loop to cut; there are {', '.join(LOOPS)}")
    if seeds < 2:
        raise InputError(f"seeds = {seeds}: must be at least 2, or there is no interval")
    if workers is not None and workers < 1:
        raise InputError(f"workers = {workers}: must be at least 1")


def _check_metrics(scenario: Scenario, metrics: tuple[str, ...]) -> None:
    """What a world measures shows in one round: an unknown name must not cost a whole run."""
    series = Simulation(scenario).run(1).series
    known = [f"{ledger}.{name}" for ledger in LEDGERS for name in series.names(ledger)]
    for metric in metrics:
        if metric not in known:
            raise InputError(f"no metric {metric!r}; {there_are(known, metric)}")
