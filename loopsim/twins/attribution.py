"""Which loop did it? A change, shared out over the loops and their interactions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.edges import LOOPS
from loopsim.engines import Engine, run
from loopsim.errors import InputError
from loopsim.registry import allow_code, there_are
from loopsim.scenario import Scenario
from loopsim.simulation import Simulation
from loopsim.twins import games
from loopsim.twins.attribution_result import Attribution
from loopsim.twins.cut import metrics_of

FIRST = 3  # of the metrics that a cut would show, where none are asked for
MOST = 5  # loops of which all combinations are run
Task = tuple[dict[str, Any], tuple[str, ...], tuple[str, ...], str]


def attribute(
    scenario: Scenario,
    loops: Iterable[str] | None = None,
    metrics: Iterable[str] | None = None,
    seeds: int = 8,
    group: str = "all",
    workers: int | None = None,
    code: Iterable[str | Path] = (),
    permutations: int | None = None,
    engine: Engine | str | None = None,
) -> Attribution:
    """Run a scenario with every combination of loops closed and cut, and share out the change.

    The change is what a metric ends at with all of these loops closed, less with all of them cut
    (means over the scenario's last `observed.window` rounds); loops that are not named stay as they
    are. Shapley values, and effects alone with interactions of pairs, each add up to it exactly,
    seed by seed (see `loopsim.twins.games.Shares`).

    Parameters
    ----------
    scenario : Scenario
    loops : names, optional
        None: all that the scenario closes. What cannot matter (an oversight loop without reviewers,
        a loop that the scenario cuts) is left out, and the result says so.
    metrics : such as ``"true.auc"``
        Without any, the first three that `loopsim.cut` would show.
    seeds : int
        Seeds ``scenario.seed``, ``scenario.seed + 1`` and so on; at least 2. With k loops each of
        them takes 2ᵏ runs.
    group : str
        Whose metric; ``"all"`` for everybody.
    workers : int, optional
        Processes; the figures do not depend on it.
    code : paths
        Files of your own that the scenario may run.
    permutations : int, optional
        Instead of all combinations, so many orders of joining for each seed, drawn anew for each:
        fewer runs, wider intervals. They add up just the same.
    engine : Engine or str, optional
        Where the runs are done, and whether they are kept: ``"serial"``, ``"processes"``, the
        address of a Dask scheduler, or a `loopsim.Study`.

    Raises
    ------
    InputError
        An unknown loop, metric or group, no loop that could matter, or too few seeds.
    """
    allow_code(code)
    chosen, left_out = _loops(scenario, loops)
    if seeds < 2:
        raise InputError(f"seeds = {seeds}: must be at least 2, or there is no interval")
    if permutations is not None and permutations < 1:
        raise InputError(f"permutations = {permutations}: must be at least 1")
    names = metrics_of(scenario, None if metrics is None else tuple(metrics))
    names = names[:FIRST] if metrics is None else names
    known_group(scenario, group)
    plans = [_sets(len(chosen), permutations, scenario.seed + i) for i in range(seeds)]
    tasks = [
        _task(scenario, scenario.seed + i, chosen, closed, names, group)
        for i, (_, sets) in enumerate(plans)
        for closed in sets
    ]
    ends = run(_end, tasks, scenario, workers, engine, "attribute")
    values = _frame(tasks, ends)
    orders = {scenario.seed + i: order for i, (order, _) in enumerate(plans)}
    return Attribution(
        scenario.name, scenario.hash, chosen, left_out, names, group, scenario.observed.window,
        values, orders,
    )  # fmt: skip


def _loops(
    scenario: Scenario, asked: Iterable[str] | None
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The loops to share out over, in the house's order, and why others are left out."""
    names = LOOPS if asked is None else ((asked,) if isinstance(asked, str) else tuple(asked))
    for name in names:
        if name not in LOOPS:
            raise InputError(f"no loop {name!r}; {there_are(LOOPS, name)}")
    idle = {name: why for name in names if (why := idles(scenario, name))}
    chosen = tuple(name for name in LOOPS if name in names and name not in idle)
    if not chosen:
        said = "; ".join(f"{name}: {why}" for name, why in idle.items())
        raise InputError(f"no loop to attribute to ({said or 'none was named'})")
    return chosen, idle


def idles(scenario: Scenario, loop: str) -> str:
    """Why a loop of this scenario is the same as cut, or "" if it may carry something."""
    if scenario.strengths()[loop] == 0.0:
        return "the scenario cuts it"
    if loop == "oversight" and scenario.oversight.kind == "none":
        return "there are no reviewers, so it is the same as cut"
    return ""


def known_group(scenario: Scenario, group: str) -> None:
    """InputError if the world has no such group."""
    groups = ("all", *scenario.environment.build(scenario.strengths()).groups)
    if group not in groups:
        raise InputError(f"no group {group!r}; {there_are(groups, group)}")


Sets = list[frozenset[int]]


def _sets(n: int, permutations: int | None, seed: int) -> tuple[NDArray[np.int64] | None, Sets]:
    """Orders of joining (None: all combinations instead), and the sets that must be run."""
    if permutations is None and n <= MOST:
        return None, list(games.subsets(n))
    times = permutations or 10
    keys = Draws(seed).uniform(Stream.TIE, -1, np.arange(times * n), k=1).reshape(times, n)
    orders, asked = np.argsort(keys, axis=1), dict.fromkeys([frozenset[int](), frozenset(range(n))])

    def note(closed: frozenset[int]) -> float:
        asked[closed] = None
        return 0.0

    games.sampled(note, orders)
    return orders, list(asked)


def _task(
    scenario: Scenario, seed: int, loops: tuple[str, ...], closed: frozenset[int],
    metrics: tuple[str, ...], group: str,
) -> Task:  # fmt: skip
    open_ = [f"loops.{name}" for i, name in enumerate(loops) if i not in closed]
    plan = scenario.replace(seed=seed, **dict.fromkeys(open_, 0.0))
    return plan.as_dict(), tuple(loops[i] for i in sorted(closed)), metrics, group


def _end(task: Task) -> pd.DataFrame:
    """What each metric ends at in one run: columns metric, value."""
    plain, _, metrics, group = task
    scenario = Scenario.parse(plain)
    series = Simulation(scenario).run().series
    paths = [series.values(*split(metric), group) for metric in metrics]
    ends = [_mean(path[-scenario.observed.window :]) for path in paths]
    return pd.DataFrame({"metric": list(metrics), "value": ends})


def split(metric: str) -> tuple[str, str]:
    """Ledger and name of a metric.

    >>> split("true.gap.score")
    ('true', 'gap.score')
    """
    ledger, _, name = metric.partition(".")
    return ledger, name


def _mean(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _frame(tasks: list[Task], ends: list[pd.DataFrame]) -> pd.DataFrame:
    """Columns seed, closed (names joined by +), metric, value: a row a run and metric."""
    rows = [
        {"seed": plain["seed"], "closed": "+".join(closed), "metric": metric, "value": value}
        for (plain, closed, _, _), found in zip(tasks, ends, strict=True)
        for metric, value in zip(found["metric"], found["value"], strict=True)
    ]
    return pd.DataFrame(rows)
