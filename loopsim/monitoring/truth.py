"""The true ledger: what happened, whether or not anybody can see it. Never reads the log."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim import exact
from loopsim.cases import Cases
from loopsim.crossing import Crossing
from loopsim.environments.base import Environment, Outcomes, form
from loopsim.monitoring import metrics, values
from loopsim.monitoring.tally import empty, tally
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
    alone = {name: _alone(world, found) for name, found in measured.items() if np.ndim(found) == 0}
    each = {name: found for name, found in measured.items() if name not in alone}
    found = alone | _means(world, each, cases.group, cases.crossing)
    return figures | {name: found[name] for name in measured}


def _figures(world: Environment, cases: Cases, outcomes: Outcomes) -> dict[str, Floats]:
    """The figures of the world's form of decision."""
    if form(world) == "value":
        sums = values.sums(cases.scores, outcomes.good, cases.group, len(world.groups))
        return values.summary(sums)
    counts = empty(len(world.groups))
    tally(cases.group, cases.actions, outcomes.good, cases.scores, counts)
    (counts,) = cases.crossing.counts("truth", counts)
    if form(world) == "slate":
        return metrics.impressions(counts)
    figures = metrics.summary(counts, world.money)
    figures["regret"] = metrics.regret(metrics.with_all(counts), world.money)
    return figures


def of_world(world: Environment, people: Population) -> dict[str, Floats]:
    """Means over everybody alive in the world, each (1 + groups,), and the loops' pressures."""
    figures: dict[str, Floats] = {}
    group = world.group(people, slice(None))
    for name, means in _means(world, world.truth(people), group, people.crossing).items():
        figures |= {name: means, f"gap.{name}": metrics.gap(means)}
    pressures: dict[str, Any] = getattr(world, "pressures", _nothing)(people)
    for name, value in pressures.items():
        figures[f"pressure.{name}"] = _alone(world, value)
    return figures


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


def _alone(world: Environment, value: float) -> Floats:
    """A figure of everybody that has no groups."""
    return np.r_[float(value), np.full(len(world.groups), np.nan)]


def _means(
    world: Environment, columns: dict[str, Any], group: NDArray[np.int8], crossing: Crossing
) -> dict[str, Floats]:
    """(1 + groups,) the mean of everybody, then of each group; NaN where there is nobody."""
    if not columns:
        return {}
    groups, ones = len(world.groups), np.broadcast_to(np.ones(1, dtype=np.int8), group.shape)
    sums = [exact.totals(column, group, groups) for column in (ones, *columns.values())]
    everybody = crossing.totals("truth", [one for by_group in sums for one in by_group])
    table = [everybody[i : i + groups] for i in range(0, len(everybody), groups)]
    size, *totals = ([exact.add(by_group), *by_group] for by_group in table)
    counts = [(n or 0) // exact.UNIT for n in size]
    means = (np.array([*map(exact.mean, by_group, counts)]) for by_group in totals)
    return dict(zip(columns, means, strict=True))
