"""What a world declares, and the people that it makes."""

from __future__ import annotations

import numpy as np

from loopsim.cases import ENTITY_BITS
from loopsim.draws import Draws
from loopsim.edges import LOOPS, Edges
from loopsim.environments.base import Environment, Money
from loopsim.features import Schema
from loopsim.population import Population
from loopsim.testing.environments.playing import SEED, Build, read
from loopsim.testing.environments.reading import require


def check_declared(world: Environment, build: Build) -> None:
    """Groups, features, money, settings and edges."""
    groups = getattr(world, "groups", None)
    named = isinstance(groups, tuple) and all(isinstance(g, str) and g for g in groups)
    distinct = named and 0 < len(set(groups or ())) == len(groups or ())
    require(distinct, "groups is a tuple of one distinct name or more", world)
    schema = getattr(world, "schema", None)
    some = isinstance(schema, Schema) and len(schema) > 0
    require(some, "schema is a Schema with one feature or more", world)
    require(isinstance(getattr(world, "money", None), Money), "money is a Money", world)
    require(hasattr(world, "settings"), "a world has settings", world)
    require(isinstance(getattr(world, "edges", None), Edges), "edges is a table of Edges", world)
    for name, edge in zip(LOOPS, world.edges, strict=True):
        require(edge.name == name, f"the edge in the place of {name} has that name", world)
        told = bool(edge.closed.strip() and edge.cut.strip())
        require(told, f"edge {name} says what flows when it is closed and when it is cut", world)
    asked = {name: (i + 1) / 8 for i, name in enumerate(LOOPS)}
    got = {edge.name: edge.strength for edge in build(asked).edges}
    require(got == asked, "the edges have the strengths that were asked for", world)


def check_start(world: Environment) -> None:
    """People as they are made, before any round: rows of history and a round that nobody enters."""
    draws = Draws(SEED)
    people = world.populate(draws)
    require(isinstance(people, Population), "populate makes a Population", world)
    ids = people.ids
    proper = len(ids) > 0 and bool((np.diff(ids) > 0).all() and ids[0] >= 0)
    fits = proper and bool(ids[-1] < 1 << ENTITY_BITS)
    require(fits, f"there is somebody, and ids ascend within 0 .. 2**{ENTITY_BITS} - 1", world)
    plain = all(column.dtype != object for column in people.state().values())
    require(plain, "columns hold numbers, not Python objects: they are checkpointed", world)
    read(world, people, np.arange(len(people)), draws, -1, "yes")
    nobody = np.empty(0, dtype=np.int64)
    try:
        empty = read(world, people, nobody, draws, 0, "yes")
        world.respond(people, empty.cases, empty.outcomes, draws)
    except AssertionError:
        raise
    except Exception as error:
        rule = f"a round without cases is a round, not {type(error).__name__}"
        raise AssertionError(f"environment {getattr(world, 'name', world)}: {rule}") from error
