"""Run a scenario at the values of its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from loopsim.engines import Engine
from loopsim.scenario import Scenario
from loopsim.studies.evaluate import Evaluation, evaluate
from loopsim.studies.sweep.grid import points as points_of
from loopsim.studies.sweep.result import Sweep
from loopsim.twins.cut import metrics_of

FIRST = 3  # of the metrics that a cut would show, where none are asked for


def sweep(
    scenario: Scenario,
    values: Mapping[str, Sequence[Any]],
    metrics: str | Iterable[str] | None = None,
    seeds: int | Sequence[int] = 8,
    listed: bool = False,
    engine: Engine | str | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    last: int | None = None,
    code: Iterable[str | Path] = (),
    until_width: float | None = None,
    max_seeds: int = 100,
    watch: Callable[[Evaluation], None] | None = None,
) -> Sweep:
    """Metrics over values of parameters, every point with the same seeds.

    Parameters
    ----------
    scenario : Scenario
    values : mapping from key path to a list of values
        ``{"policy.explore": [0, 0.05, 0.1]}``. Of several parameters, every combination.
    metrics : such as ``"true.auc"``, or formulas, optional
        Without any, the first three that `loopsim.cut` would show.
    seeds : int or sequence of int
    listed : bool
        The values of several parameters go side by side instead: first with first, and so on.
    engine, folder, workers, last, code, until_width, max_seeds, watch :
        As for `loopsim.evaluate`.

    Raises
    ------
    InputError
        A value that the scenario cannot take, an unknown metric; nothing has run.

    Examples
    --------
    >>> import loopsim
    >>> result = loopsim.sweep(scenario, {"policy.explore": [0, 0.1]}, "true.auc")  # doctest: +SKIP
    >>> result.table                                                                # doctest: +SKIP
    """
    points = points_of(values, listed)
    if metrics is None:
        names = metrics_of(scenario, None)[:FIRST]
    else:
        names = (metrics,) if isinstance(metrics, str) else tuple(metrics)
    runs = evaluate(
        scenario, points, names, seeds, engine, folder, workers, last, code, until_width,
        max_seeds, watch,
    )  # fmt: skip
    asked = "" if until_width is None else _stopped(runs, until_width, max_seeds)
    return Sweep(
        scenario.name, scenario.hash, tuple(values), tuple(points), names,
        min(last or scenario.observed.window, scenario.rounds), runs, stopped=asked,
    )  # fmt: skip


def _stopped(runs: Any, width: float, most: int) -> str:
    """How far the seeds went at the points."""
    each = runs.groupby("point").size()
    full = int((each >= most).sum())
    ended = f"; {full} of {len(each)} points ended at the budget of {most}" if full else ""
    return f"{each.min()} to {each.max()} seeds a point for intervals of {width:g}{ended}"
