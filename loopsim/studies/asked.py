"""What is asked of a scenario's runs, checked before any of them is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from loopsim.errors import InputError
from loopsim.objective import Objective
from loopsim.objective import figure as parts
from loopsim.registry import there_are
from loopsim.scenario import Scenario
from loopsim.studies.compare.arms import known


def numbers(scenario: Scenario, seeds: int | Sequence[int]) -> list[int]:
    """The seeds themselves: so many from ``scenario.seed`` on, or these."""
    if isinstance(seeds, int | np.integer):
        return [scenario.seed + i for i in range(seeds)]
    return [int(seed) for seed in seeds]


def check_figures(scenario: Scenario, goals: Iterable[Objective]) -> tuple[str, ...]:
    """The figures that a scenario shows, after a round of it.

    Raises
    ------
    InputError
        A figure or a group of `goals` that it does not show.
    """
    shown, groups = known(scenario)
    for goal in goals:
        for name in goal.names:
            ledger, metric, group = parts(name)
            if f"{ledger}.{metric}" not in shown:
                there = there_are(shown, f"{ledger}.{metric}")
                raise InputError(f"no figure {ledger}.{metric!r}; {there}")
            if group not in groups:
                raise InputError(f"{name}: no such group; {there_are(groups, group)}")
    return shown


def check_counts(seeds: int | Sequence[int], last: int | None) -> None:
    """Of seeds and of last rounds there must be one at least."""
    few = seeds < 1 if isinstance(seeds, int | np.integer) else not len(seeds)
    if few:
        raise InputError(f"seeds = {seeds}: must be at least 1")
    if last is not None and last < 1:
        raise InputError(f"last = {last}: must be at least 1")
