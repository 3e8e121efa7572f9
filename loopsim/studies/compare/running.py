"""Run every arm under every condition with the same seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loopsim.engines import Engine, run
from loopsim.errors import InputError
from loopsim.objective import Objective, figure
from loopsim.registry import allow_code, there_are
from loopsim.scenario import Scenario
from loopsim.studies.compare.arms import Floats, known, live
from loopsim.studies.compare.comparison import Comparison
from loopsim.studies.compare.stress import BASE, Stress
from loopsim.studies.differences import flat, varied

OBJECTIVES = ("true.profit", "true.click_through", "true.auc")
Plans = dict[tuple[str, str], Scenario]


def compare(
    scenarios: Iterable[Scenario | str | Path],
    objective: str | None = None,
    seeds: int = 20,
    stress: Mapping[str, Mapping[str, Any]] | None = None,
    metrics: Iterable[str] = (),
    last: int | None = None,
    workers: int | None = None,
    code: Iterable[str | Path] = (),
    engine: Engine | str | None = None,
) -> Comparison:
    """Which of several scenarios does best on an objective, over paired seeds.

    Parameters
    ----------
    scenarios : two or more Scenarios, or paths of YAML files
        They should differ in what is compared and in nothing else: with the same seeds they are
        then exact twins up to that.
    objective : str, optional
        A mix such as ``"true.profit - 0.5*true.gap.approval"``; more is better. Every figure is its
        mean over the rounds in which it is known; ``cost.refits`` and other costs are means a round
        too. Profit (or the click-through rate) if not given.
    seeds : int
        Of each arm: the first scenario's ``seed``, that plus 1 and so on; at least 2.
    stress : mapping from name to overrides by key path
        ``{"recession": {"environment.economy": -1}}``; applied to every arm.
    metrics : such as ``"true.auc"``
        Shown beside the objective.
    last : int, optional
        Only so many last rounds count.
    workers : int, optional
        Processes; the figures do not depend on it.
    code : paths
        Files of your own that a scenario may run.
    engine : Engine or str, optional
        Where the runs are done, and whether they are kept: a `loopsim.Study`, or as there.

    Raises
    ------
    InputError
        Before anything has run: fewer than two arms, arms of different length, an unknown figure,
        a formula or a stress variant that cannot be read.
    """
    allow_code(code)
    variants = {name: dict(keys) for name, keys in (stress or {}).items()}
    arms = _named([s if isinstance(s, Scenario) else Scenario.load(s) for s in scenarios])
    _check(arms, seeds, workers, last)
    plans = _plans(arms, variants)
    shown, groups = _figures(plans)
    usual = next((o for o in OBJECTIVES if o in shown), OBJECTIVES[0])
    goal = Objective.parse(objective or _stated(arms) or usual)
    names = tuple(dict.fromkeys([*goal.names, *metrics]))
    _check_names(names, shown, groups)
    first = next(iter(arms.values()))
    numbers = tuple(first.seed + i for i in range(seeds))
    tasks = [(p.as_dict() | {"seed": s}, names) for p in plans.values() for s in numbers]
    found = iter(run(_one, tasks, first, workers, engine, "compare"))
    lived = {key: [_figures_of(next(found)) for _ in numbers] for key in plans}
    used = min(last or first.rounds, first.rounds)
    runs = [
        _row(key, seed, figures, goal, used)
        for key, each in lived.items()
        for seed, figures in zip(numbers, each, strict=True)
    ]
    paths = {key: np.stack([_path(goal, f) for f in each]) for key, each in lived.items()}
    return Comparison(
        goal.text, tuple(arms), (BASE, *variants), numbers, pd.DataFrame(runs), paths,
        _differences(arms), variants, used,
    )  # fmt: skip


Task = tuple[dict[str, Any], tuple[str, ...]]


def _one(task: Task) -> pd.DataFrame:
    """A row a round, a column a figure."""
    plain, names = task
    return pd.DataFrame(live(Scenario.parse(plain), names))


def _figures_of(found: pd.DataFrame) -> dict[str, Floats]:
    return {str(name): column.to_numpy(dtype=np.float64) for name, column in found.items()}


def _path(goal: Objective, figures: dict[str, Floats]) -> Floats:
    return np.asarray(goal.value(figures), dtype=np.float64)


def _row(
    key: tuple[str, str], seed: int, figures: dict[str, Floats], goal: Objective, last: int
) -> dict[str, Any]:
    """Means over the rounds in which a figure is known; the objective is of the means."""
    means = {name: _mean(path[-last:]) for name, path in figures.items()}
    row = {"condition": key[0], "arm": key[1], "seed": seed, "objective": goal.value(means)}
    costs = {name: value for name, value in means.items() if name.startswith("cost.")}
    return row | {n: v for n, v in means.items() if n not in costs} | costs


def _mean(path: Floats) -> float:
    known = path[np.isfinite(path)]
    return float(known.mean()) if known.size else float("nan")


def _named(scenarios: list[Scenario]) -> dict[str, Scenario]:
    """By name; namesakes get a number."""
    arms: dict[str, Scenario] = {}
    for scenario in scenarios:
        names = [scenario.name, *(f"{scenario.name}-{n}" for n in range(2, len(scenarios) + 2))]
        arms[next(name for name in names if name not in arms)] = scenario
    return arms


def _check(arms: dict[str, Scenario], seeds: int, workers: int | None, last: int | None) -> None:
    if len(arms) < 2:
        raise InputError(f"{len(arms)} scenario to compare: give two or more")
    if seeds < 2:
        raise InputError(f"seeds = {seeds}: must be at least 2, or there is no interval")
    if workers is not None and workers < 1:
        raise InputError(f"workers = {workers}: must be at least 1")
    if last is not None and last < 1:
        raise InputError(f"last = {last}: must be at least 1")
    lengths = {name: scenario.rounds for name, scenario in arms.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {rounds}" for name, rounds in lengths.items())
        raise InputError(f"arms must have the same rounds, or means mean other things: {told}")


def _plans(arms: dict[str, Scenario], stress: Stress) -> Plans:
    """Every arm under every condition; an override that cannot be is told with its variant."""
    plans: Plans = {(BASE, name): scenario for name, scenario in arms.items()}
    for condition, keys in stress.items():
        for name, scenario in arms.items():
            try:
                plans[condition, name] = scenario.replace(**keys)
            except InputError as error:
                raise InputError(f"stress {condition}, {name}: {error}") from error
            if plans[condition, name].rounds != scenario.rounds:
                raise InputError(f"stress {condition}: rounds must stay as they are")
    return plans


def _stated(arms: dict[str, Scenario]) -> str:
    """The objective that the arms state themselves (``governance.objective``), if it is one."""
    held = {name: arm.governance.objective for name, arm in arms.items() if arm.governance}
    stated = {name: text for name, text in held.items() if text}
    if len(set(stated.values())) > 1:
        told = ", ".join(f"{name} {text!r}" for name, text in stated.items())
        raise InputError(f"the arms state different objectives, so give one: {told}")
    return next(iter(stated.values()), "")


def _figures(plans: Plans) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The figures and groups that every plan shows; a round of each is run to see them."""
    each = [known(plan) for plan in plans.values()]
    shown = [name for name in each[0][0] if all(name in names for names, _ in each)]
    groups = [name for name in each[0][1] if all(name in names for _, names in each)]
    return tuple(shown), tuple(groups)


def _check_names(names: tuple[str, ...], shown: tuple[str, ...], groups: tuple[str, ...]) -> None:
    for name in names:
        ledger, metric, group = figure(name)
        wanted = f"{ledger}.{metric}"
        if wanted not in shown:
            raise InputError(f"no figure {wanted!r} in all arms; {there_are(shown, wanted)}")
        if group not in groups or (ledger == "cost" and group != "all"):
            raise InputError(f"{name}: no such group; {there_are(groups, group)}")


def _differences(arms: dict[str, Scenario]) -> dict[str, dict[str, Any]]:
    """Where each arm differs from the first; a key that it lacks is None."""
    plain = {name: flat(scenario.as_dict()) for name, scenario in arms.items()}
    first, *others = plain
    return {
        other: {key: plain[other].get(key) for key in varied([plain[first], plain[other]])}
        for other in others
    }
