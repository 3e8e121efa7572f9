"""Metrics at points of a scenario's parameters, over seeds: what sweeps and optimisers ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from loopsim.engines import Done, Engine, Job, Outcome, engine_of
from loopsim.errors import InputError
from loopsim.objective import Objective
from loopsim.registry import allow_code
from loopsim.scenario import Scenario
from loopsim.studies.asked import check_counts, check_figures, numbers
from loopsim.studies.ends import Task, ends
from loopsim.studies.study import Study
from loopsim.twins.stopping import Stopping

Point = Mapping[str, Any]
Points: TypeAlias = Iterable[Point] | pd.DataFrame


def evaluate(
    scenario: Scenario,
    points: Points,
    metrics: str | Iterable[str],
    seeds: int | Sequence[int] = 8,
    engine: Engine | str | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    last: int | None = None,
    code: Iterable[str | Path] = (),
    until_width: float | None = None,
    max_seeds: int = 100,
    watch: Callable[[Evaluation], None] | None = None,
) -> pd.DataFrame:
    """Run a scenario at points of its parameters, each with the same seeds.

    Parameters
    ----------
    scenario : Scenario
    points : mappings from key path to value, or a DataFrame with a column for each key path
        ``[{"policy.explore": 0.0}, {"policy.explore": 0.1}]``.
    metrics : such as ``"true.auc"``, ``"true.approval[black]"``, ``"cost.refits"``
        Or formulas of them, as for `loopsim.compare`. Each is the mean over the last rounds in
        which it is known.
    seeds : int or sequence of int
        So many, from ``scenario.seed`` on; or these.
    engine : Engine or str, optional
        Where the runs are done: ``"processes"``, ``"serial"``, ``"tcp://host:port"``, a
        `loopsim.Study`.
    folder : path, optional
        Of a study that keeps the runs: what it has already is not run again, whatever the metric.
    workers : int, optional
        Processes; the figures do not depend on it.
    last : int, optional
        How many rounds count; default the scenario's `observed.window`.
    code : paths
        Files of your own that the scenario may run.
    until_width : float, optional
        Add seeds to a point until the 95% t interval of the first metric's mean there is at most so
        wide (`seeds` must be a number: how many come first).
    max_seeds : int
        No more than that with `until_width`.
    watch : callable, optional
        Called with the `Evaluation` so far after each run.

    Returns
    -------
    DataFrame
        A row a point and seed: ``point``, the point's key paths, ``seed``, a column for each of
        `metrics`, and ``error``, empty unless the run failed (its metrics are NaN then).

    Raises
    ------
    InputError
        A point that the scenario cannot take, or an unknown metric; nothing has run.
    """
    allow_code(code)
    names = (metrics,) if isinstance(metrics, str) else tuple(metrics)
    made = Evaluation(scenario, _listed(points), tuple(Objective.parse(name) for name in names))
    _check(made, seeds, last, until_width)
    each = numbers(scenario, seeds)
    rules = [Stopping(max(2, len(each)), until_width, max_seeds) for _ in made.points]
    with ExitStack() as stack:
        tasks = len(made.points) * len(each)
        chosen = stack.enter_context(engine_of(engine, workers, tasks))
        if folder is not None:
            chosen = Study(folder, chosen)
        asked = [(point, seed) for point in range(len(made.points)) for seed in each]
        while asked:
            for outcome in chosen.stream(made.jobs(asked, last), scenario):
                made.take(outcome)
                if watch is not None:
                    watch(made)
            asked = [] if until_width is None else _more(made, rules)
    return made.frame()


@dataclass
class Evaluation:
    """Points, what is asked of them, and what is known so far.

    Attributes
    ----------
    points : list of mappings
    goals : tuple of Objective
    asked : list of (point, seed), by the number of the job
    found : mapping from the number of a job to its metrics
    errors : mapping from the number of a job to why it failed
    """

    scenario: Scenario
    points: list[dict[str, Any]]
    goals: tuple[Objective, ...]
    asked: list[tuple[int, int]] = field(default_factory=list)
    found: dict[int, tuple[float, ...]] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plans = [self._plan(number, point) for number, point in enumerate(self.points)]
        self._plain = [plan.as_dict() for plan in self.plans]

    def _plan(self, number: int, point: Point) -> Scenario:
        try:
            return self.scenario.replace(**point)
        except InputError as error:
            told = ", ".join(f"{key} = {value}" for key, value in point.items())
            raise InputError(f"point {number} ({told}): {error}") from error

    def add(self, points: Iterable[Point]) -> range:
        """More points; their numbers."""
        first = len(self.points)
        for number, point in enumerate(points, first):
            plan = self._plan(number, point)
            self.plans.append(plan)
            self._plain.append(plan.as_dict())
            self.points.append(dict(point))
        return range(first, len(self.points))

    def jobs(self, pairs: list[tuple[int, int]], last: int | None) -> Iterator[Job]:
        """Jobs for these points and seeds, which are asked from now on."""
        first = len(self.asked)
        self.asked += pairs
        for number, (point, seed) in enumerate(pairs, first):
            task: Task = (self._plain[point] | {"seed": seed}, last)
            yield Job(number, ends, task, "run")

    def take(self, outcome: Outcome) -> None:
        """What became of a job."""
        if isinstance(outcome, Done):
            figures = _figures(outcome.result)
            self.found[outcome.number] = tuple(goal.value(figures) for goal in self.goals)
        else:
            self.errors[outcome.number] = f"{outcome.kind.__name__}: {outcome.text}"

    def of(self, point: int, goal: int = 0) -> np.ndarray[Any, np.dtype[np.float64]]:
        """(seeds so far,) one metric at one point, in the order of the seeds."""
        mine = [n for n, (at, _) in enumerate(self.asked) if at == point and n in self.found]
        return np.array([self.found[number][goal] for number in mine], dtype=np.float64)

    def frame(self) -> pd.DataFrame:
        """A row a point and seed that has ended; see `evaluate`."""
        unknown = (float("nan"),) * len(self.goals)
        rows = []
        for number in sorted(self.found | self.errors, key=lambda n: self.asked[n]):
            point, seed = self.asked[number]
            values = self.found.get(number, unknown)
            named = zip((goal.text for goal in self.goals), values, strict=True)
            rows.append(
                {"point": point, **self.points[point], "seed": seed, **dict(named)}
                | {"error": self.errors.get(number, "")}
            )
        return pd.DataFrame(rows)


class _Figures(dict[str, float]):
    """Figures by name; one that a world does not have is unknown."""

    def __missing__(self, name: str) -> float:
        return float("nan")


def _figures(table: pd.DataFrame) -> _Figures:
    columns = (table[name] for name in ("ledger", "metric", "group", "value"))
    return _Figures(
        (f"{ledger}.{metric}" + ("" if group == "all" else f"[{group}]"), value)
        for ledger, metric, group, value in zip(*columns, strict=True)
    )


def _listed(points: Points) -> list[dict[str, Any]]:
    """Plain values: NumPy's numbers are none to a scenario."""
    rows = points.to_dict("records") if isinstance(points, pd.DataFrame) else points
    return [
        {str(k): v.item() if isinstance(v, np.generic) else v for k, v in row.items()}
        for row in rows
    ]


def _more(made: Evaluation, rules: list[Stopping]) -> list[tuple[int, int]]:
    """The seeds that points need which are not known well enough yet."""
    first, more = made.scenario.seed, []
    for point, rule in enumerate(rules):
        if not rule.why:
            rule.look(made.of(point))
            tried = sum(at == point for at, _ in made.asked)
            rule.done = tried  # what failed is not tried again
            more += [(point, first + i) for i in rule.batch()]
    return more


def _check(
    made: Evaluation, seeds: int | Sequence[int], last: int | None, until_width: float | None
) -> None:
    if not made.points:
        raise InputError("no points: there is nothing to run")
    if not made.goals:
        raise InputError("no metrics: say what is asked, such as true.auc")
    if any(key in ("seed", "rounds") for point in made.points for key in point):
        raise InputError("a point cannot set seed or rounds: seeds are the same at every point")
    check_counts(seeds, last)
    if until_width is not None and not (isinstance(seeds, int) and seeds >= 2):
        raise InputError(f"seeds = {seeds}: with until_width it must be a number, at least 2")
    check_figures(made.plans[0], made.goals)
