"""A round that is lived: what `respond` may change, and what is asked of the world after it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.environments.base import Environment, form
from loopsim.population import Population
from loopsim.slates import Interactions
from loopsim.testing.environments.answers import answer_columns
from loopsim.testing.environments.reading import Read, Reading, equal, require


def lived(world: Environment, people: Population, read: Read, draws: Draws) -> Reading:
    """Let the world respond; then what it measures, and what a panel would have seen."""
    check_respond(world, people, read, draws)
    state = deepcopy(people.state())
    reading = _panel(world, people, read, draws) | _measured(world, people, read)
    if form(world) == "slate":
        _check_learnable(world, people, read.cases)
    same = equal(state, people.state(), state)
    require(same, "what is asked after respond changes nobody", world, read.cases.round)
    return reading


def check_respond(world: Environment, people: Population, read: Read, draws: Draws) -> None:
    """`respond` changes people in place, and nothing else."""
    cases, outcomes = read.cases, read.outcomes
    ids, before = people.ids.copy(), deepcopy(vars(cases)) | deepcopy(answer_columns(read))
    nothing = world.respond(people, cases, outcomes, draws)  # type: ignore[func-returns-value]
    t = cases.round
    require(nothing is None, "respond changes people in place and returns nothing", world, t)
    same = np.array_equal(people.ids[: ids.size], ids) and bool((np.diff(people.ids) > 0).all())
    require(same, "respond leaves the ids; newcomers come after them", world, t)
    same = equal(before, vars(cases) | answer_columns(read), before)
    require(same, "respond changes no case and no outcome", world, t)


def _measured(world: Environment, people: Population, read: Read) -> Reading:
    """What the world measures itself: numbers, or values of the cases."""
    t, n, out = read.cases.round, (len(read.cases),), {}
    measure, pressures = (getattr(world, name, None) for name in ("measure", "pressures"))
    figures: dict[str, Any] = {} if measure is None else measure(people, read.cases, read.outcomes)
    for name, value in figures.items():
        values = np.asarray(value)
        number = values.dtype.kind in "fiub" and values.shape in ((), n)
        require(number, f"measure {name!r} is a number, or (cases,) numbers", world, t)
        out[f"measure.{name}"] = values.copy()
    loops: dict[str, Any] = {} if pressures is None else pressures(people)
    for name, value in loops.items():
        require(np.ndim(value) == 0, f"pressure {name!r} is a number", world, t)
        out[f"pressure.{name}"] = np.asarray(value)
    return out


def _panel(world: Environment, people: Population, read: Read, draws: Draws) -> Reading:
    """Training rows that no decision had a say in; as many of them as there are cases."""
    panel, cases = getattr(world, "panel", None), read.cases
    if panel is None or not len(cases):
        return {}
    t, n, rows = cases.round, len(cases), np.arange(len(cases))
    features, label = panel(people, cases, draws, rows)
    whole = features.shape == (n, len(world.schema)) and features.dtype == cases.features.dtype
    require(whole, "a panel has features like those of its cases", world, t)
    alike = label.shape == (n,) and label.dtype == read.outcomes.label.dtype
    require(alike, "a panel has a label for each row, of the type of labels", world, t)
    fewer, less = panel(people, cases, draws, rows[1::2])
    same = np.array_equal(fewer, features[1::2]) and np.array_equal(less, label[1::2])
    require(same, "a row of the panel does not depend on which others are asked for", world, t)
    return {"panel.ids": cases.ids.copy(), "panel.features": features, "panel.label": label}


def _check_learnable(world: Any, people: Population, cases: Cases) -> None:
    """Stored impressions come back as who was shown what, and where."""
    rows, t = world.learnable(people, cases.features), cases.round
    require(isinstance(rows, Interactions), "learnable gives Interactions", world, t)
    users = people.ids[cases.rows]
    place = np.arange(len(cases)) % cases.slots
    same = np.array_equal(rows.users, users) and np.array_equal(rows.items, cases.item)
    same = same and np.array_equal(rows.position, place)
    require(same, "learnable gives back user, item and place of every impression", world, t)
