"""The rules of one round's answers, for all forms of decisions."""

from __future__ import annotations

from typing import Any

import numpy as np

from loopsim.environments.base import BAD, GOOD, UNKNOWN, Environment, Outcomes
from loopsim.testing.environments.reading import Read, Reading, require, typed


def check_arrivals(world: Environment, rows: Any, people: int, t: int) -> None:
    """Rows of the population, ascending."""
    holds = isinstance(rows, np.ndarray) and rows.ndim == 1 and rows.dtype == np.int64
    require(holds, "arrivals are (n,) int64", world, t)
    step = 0 if hasattr(world, "ids") else 1
    proper = bool((np.diff(rows) >= step).all() and ((rows >= 0) & (rows < people)).all())
    rule = "arrivals are rows of the population, ascending, each once unless cases have own ids"
    require(proper, rule, world, t)


def check_group(world: Environment, group: Any, n: int, t: int) -> None:
    """Codes of the groups."""
    require(typed(group, (n,), np.int8), "group is (n,) int8", world, t)
    known = bool(((group >= 0) & (group < len(world.groups))).all())
    require(known, "a group code is an index of groups", world, t)


def check_table(world: Environment, features: Any, n: int, t: int) -> None:
    """Features that are numbers and codes of levels."""
    schema = world.schema
    holds = typed(features, (n, len(schema)), np.float64)
    require(holds, "features are (n, features of the schema) float64", world, t)
    for name, levels in schema.levels.items():
        known = features[:, schema.index(name)]
        known = known[~np.isnan(known)]
        coded = bool(np.isin(known, np.arange(len(levels))).all())
        require(coded, f"category {name!r} is a code of its levels, or NaN", world, t)


def check_good(world: Environment, read: Read) -> None:
    """Outcomes that are good or bad."""
    cases, outcomes = read.cases, read.outcomes
    t, n, chance = cases.round, (len(cases),), outcomes.probability
    holds = typed(chance, n, np.float64) and bool(((chance >= 0) & (chance <= 1)).all())
    require(holds, "probability is (n,) float64 in [0, 1], none NaN", world, t)
    holds = typed(outcomes.good, n, np.int8) and bool(np.isin(outcomes.good, (BAD, GOOD)).all())
    require(holds, "good is (n,) int8, 0 or 1", world, t)
    known = bool(np.isin(outcomes.label, (BAD, GOOD, UNKNOWN)).all())
    holds = known and typed(outcomes.label, n, np.int8)
    require(holds, "label is (n,) int8: 0, 1, or 2 where the action hides it", world, t)
    check_flags(world, outcomes, n, t)
    hidden = cases.actions == 0
    if outcomes.selective is not None:
        hidden &= outcomes.selective
    told = bool(((outcomes.label == UNKNOWN) == hidden).all())
    require(told, "a label is hidden where selective says so and the answer is no", world, t)


def check_flags(world: Environment, outcomes: Outcomes, n: tuple[int], t: int) -> None:
    """Whose label only a yes reveals, whose comes at once, and what else comes back."""
    for name in ("selective", "prompt"):
        column = getattr(outcomes, name)
        holds = column is None or typed(column, n, np.bool_)
        require(holds, f"{name} is None or (n,) bool", world, t)
    named = set(getattr(world, "signals", ())) == set(outcomes.signals)
    require(named, "signals are those that the world names", world, t)
    for name, values in outcomes.signals.items():
        holds = typed(values, n, np.int8) and bool(np.isin(values, (BAD, GOOD, UNKNOWN)).all())
        require(holds, f"signal {name!r} is (n,) int8: 0, 1, or 2 where nothing comes", world, t)


def answer_columns(read: Read) -> Reading:
    """What the world answered, one entry a case."""
    n, outcomes = len(read.cases), read.outcomes
    selective, prompt = outcomes.selective, outcomes.prompt
    return {
        "probability": outcomes.probability,
        "good": outcomes.good,
        "label": outcomes.label,
        "selective": np.ones(n, dtype=bool) if selective is None else selective,
        "prompt": np.zeros(n, dtype=bool) if prompt is None else prompt,
        **{f"signal.{name}": values for name, values in outcomes.signals.items()},
    }
