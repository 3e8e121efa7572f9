"""The true ledger: what happened, whether or not anybody can see it. Never reads the log."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim import kernels
from loopsim.cases import Cases
from loopsim.environments.base import Environment, Outcomes, form
from loopsim.monitoring import metrics, values
from loopsim.monitoring.tally import empty, tally
from loopsim.parts import PART, in_parts
from loopsim.population import Population

Floats = NDArray[np.float64]


def of_round(
    world: Environment, people: Population, cases: Cases, outcomes: Outcomes
) -> dict[str, Floats]:
    """One round's true figures, each (1 + groups,): every case counts, refused ones included.

    What the world measures itself comes last: (n,) values of cases become means by group, a number
    stands for everybody.
    """
    figures = _figures(world, cases, outcomes)
    measured: dict[str, Any] = getattr(world, "measure", _nothing)(people, cases, outcomes)
    size = _sizes(world, cases.group) if measured else np.empty(0)
    for name, found in measured.items():
        single = np.ndim(found) == 0
        figures[name] = _alone(world, found) if single else _means(found, cases.group, size)
    return figures


def _figures(world: Environment, cases: Cases, outcomes: Outcomes) -> dict[str, Floats]:
    """The figures of the world's form of decision."""
    if form(world) == "value":
        sums = values.sums(cases.scores, outcomes.good, cases.group, len(world.groups))
        return values.summary(sums)
    counts = empty(len(world.groups))
    tally(cases.group, cases.actions, outcomes.good, cases.scores, counts)
    if form(world) == "slate":
        return metrics.impressions(counts)
    figures = metrics.summary(counts, world.money)
    figures["regret"] = metrics.regret(metrics.with_all(counts), world.money)
    return figures


def of_world(world: Environment, people: Population) -> dict[str, Floats]:
    """Means over everybody alive in the world, each (1 + groups,), and the loops' pressures."""
    figures: dict[str, Floats] = {}
    group = world.group(people, slice(None))
    size = _sizes(world, group)
    for name, column in world.truth(people).items():
        figures[name] = _means(column, group, size)
        figures[f"gap.{name}"] = metrics.gap(figures[name])
    pressures: dict[str, Any] = getattr(world, "pressures", _nothing)(people)
    for name, value in pressures.items():
        figures[f"pressure.{name}"] = _alone(world, value)
    return figures


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


def _alone(world: Environment, value: float) -> Floats:
    """A figure of everybody that has no groups."""
    return np.r_[float(value), np.full(len(world.groups), np.nan)]


def _sizes(world: Environment, group: NDArray[np.int8]) -> Floats:
    """(groups,) how many there are of each group."""
    ones = np.ones(1, dtype=np.int8)
    return _sums(np.broadcast_to(ones, group.shape), group, len(world.groups))


def _means(values: NDArray[Any], group: NDArray[np.int8], size: Floats) -> Floats:
    """(1 + groups,) the mean of everybody, then of each group; NaN where there is nobody."""
    total = _sums(values, group, size.size)
    return metrics.ratio(np.r_[total.sum(), total], np.r_[size.sum(), size])


def _sums(values: NDArray[Any], group: NDArray[np.int8], groups: int) -> Floats:
    """(groups,) sums, added up part by part: the same whatever the number of threads."""
    parts = np.zeros((values.size // PART + 1, groups))
    in_parts(values.size, lambda at: kernels.sums(values[at], group[at], parts[at.start // PART]))
    return parts.sum(axis=0)
