"""A world played for some rounds, everything of which is read and checked."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from loopsim.draws import Draws
from loopsim.edges import LOOPS
from loopsim.environments.base import Environment, cases_of
from loopsim.population import Population
from loopsim.testing.environments.answers import check_arrivals, check_group
from loopsim.testing.environments.forms import form_of
from loopsim.testing.environments.lived import lived
from loopsim.testing.environments.reading import Answer, Read, Reading, equal, require

Build = Callable[[dict[str, float]], Environment]
SEED = 5


def strengths(default: float = 1.0, **others: float) -> dict[str, float]:
    """The strengths of all loops."""
    return {name: others.get(name, default) for name in LOOPS}


def play(
    build: Build,
    asked: dict[str, float],
    rounds: int,
    answer: Answer = "mixed",
    start: int = 0,
    state: Reading | None = None,
) -> list[Reading]:
    """What could be read in every round, by a world that is played from the start or a state."""
    world, draws = build(asked), Draws(SEED)
    people = world.populate(draws)
    if state is not None:
        people = Population(np.empty(0, dtype=np.int64))
        people.restore(state)
    return [_round(world, people, draws, t, answer) for t in range(start, rounds)]


def read(
    world: Environment, people: Population, rows: Any, draws: Draws, t: int, answer: Answer | None
) -> Read:
    """Cases of some rows with what the world answers to them, their shapes checked."""
    form, visits = form_of(world), cases_of(world, people, rows, t)
    check_group(world, visits.group, rows.size, t)
    visits.features = world.features(people, rows, draws, t)
    form.check_features(world, visits)
    cases = form.decide(world, visits, draws, answer)
    found = Read(visits, cases, world.outcomes(people, cases, draws))
    form.check_outcomes(world, found)
    return found


def _round(world: Environment, people: Population, draws: Draws, t: int, answer: Answer) -> Reading:
    """Everything of a round, read for everybody; those who arrive are then answered."""
    state, everybody, form = deepcopy(people.state()), np.arange(len(people)), form_of(world)
    rows = world.arrivals(people, draws, t)
    check_arrivals(world, rows, len(people), t)
    found = read(world, people, everybody, draws, t, form.reference(answer))
    reading = {"arrivals": rows.copy()} | form.columns(found) | form.common(found)
    reading |= _truth(world, people, t)
    form.scribble(found.visits)
    same = equal(state, people.state(), state)
    require(same, "nothing but respond changes people, and features are a copy", world, t)
    _check_alone(world, people, draws, t, answer, reading)

    def ask(other: Answer | None) -> Read:
        return read(world, people, everybody, draws, t, other)

    form.check_actions(world, people, found, draws, ask)
    reading |= {f"people.{name}": values for name, values in state.items()}
    return reading | lived(world, people, read(world, people, rows, draws, t, answer), draws)


def _truth(world: Environment, people: Population, t: int) -> Reading:
    figures = world.truth(people)
    for name, values in figures.items():
        number = values.shape == (len(people),) and values.dtype.kind in "fiub"
        require(number, f"truth {name!r} is (people,) numbers", world, t)
    return {f"truth.{name}": values.copy() for name, values in figures.items()}


def _check_alone(
    world: Environment, people: Population, draws: Draws, t: int, answer: Answer, all_: Reading
) -> None:
    """Half of the cases, without the others, read as before."""
    some, form = np.arange(1, len(people), 2), form_of(world)
    half = form.columns(read(world, people, some, draws, t, form.reference(answer)))
    same = equal({name: all_[name][some] for name in half}, half, half)
    rule = "what is read of a case is keyed by its id: it doesn't depend on who else is there"
    require(same, rule, world, t)
