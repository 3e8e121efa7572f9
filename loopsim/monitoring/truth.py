"""The true ledger: what happened, whether or not anybody can see it. Never reads the log."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim import kernels
from loopsim.cases import Cases
from loopsim.environments.base import Environment, Outcomes
from loopsim.monitoring import metrics
from loopsim.monitoring.tally import empty, tally
from loopsim.parts import PART, in_parts
from loopsim.population import Population

Floats = NDArray[np.float64]


def of_round(world: Environment, cases: Cases, outcomes: Outcomes) -> dict[str, Floats]:
    """One round's true figures, each (1 + groups,): every case counts, refused ones included."""
    counts = empty(len(world.groups))
    tally(cases.group, cases.actions, outcomes.good, cases.scores, counts)
    figures = metrics.summary(counts, world.money)
    figures["regret"] = metrics.regret(metrics.with_all(counts), world.money)
    return figures


def of_world(world: Environment, people: Population) -> dict[str, Floats]:
    """Means over everybody alive in the world, each (1 + groups,), and the loops' pressures."""
    figures: dict[str, Floats] = {}
    group = world.group(people, slice(None))
    size = np.zeros(len(world.groups), dtype=np.int64)
    kernels.counts(group, size)
    for name, values in world.truth(people).items():
        total = _sums(values, group, len(world.groups))
        means = metrics.ratio(np.r_[total.sum(), total], np.r_[size.sum(), size])
        figures[name] = means
        figures[f"gap.{name}"] = metrics.gap(means)
    pressures: dict[str, Any] = getattr(world, "pressures", lambda _: {})(people)
    for name, value in pressures.items():
        figures[f"pressure.{name}"] = np.r_[float(value), np.full(len(world.groups), np.nan)]
    return figures


def _sums(values: NDArray[Any], group: NDArray[np.int8], groups: int) -> Floats:
    """(groups,) sums, added up part by part: the same whatever the number of threads."""
    parts = np.zeros((values.size // PART + 1, groups))
    in_parts(values.size, lambda at: kernels.sums(values[at], group[at], parts[at.start // PART]))
    return parts.sum(axis=0)
