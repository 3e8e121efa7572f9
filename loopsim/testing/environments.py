"""What every world must keep to: run it on your own before you trust a run with it.

>>> from loopsim.environments.lending.settings import Lending
>>> check_environment(Lending(people=200, dropout=0.2).build)
"""

from __future__ import annotations

import random  # noqa: TID251 (its state is read, to see that nobody draws from it)
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import LOOPS, Edges
from loopsim.environments.base import (
    BAD,
    GOOD,
    UNKNOWN,
    Environment,
    Money,
    Outcomes,
    cases_of,
    form,
)
from loopsim.features import Schema
from loopsim.population import Population

Build = Callable[[dict[str, float]], Environment]
Answer = Literal["yes", "no", "mixed"]
Reading = dict[str, NDArray[Any]]
SEED = 5
WEAK = 1e-300  # so weak that nobody is inside the loop, yet not 0: the blending code runs
LABELS = ("label", "selective", "prompt")
WORLD = ("features", "probability", "good", "label")  # what decisions reach through the loops


def check_environment(build: Build, rounds: int = 4) -> None:
    """Raise AssertionError, naming the rule and the round, if a world breaks the interface.

    Parameters
    ----------
    build : callable
        Makes the world, its loops at the strengths that it is given: ``{"sampling": 1.0, ...}``,
        all five. Take a few hundred people: it is built some thirty times.
    rounds : int
        Rounds that are played each time, at least 2.

    Raises
    ------
    AssertionError
        If a declaration is missing or empty, a reading has another shape, type or range than
        `Environment` says, anything but `respond` changes people, an answer depends on who else is
        there, on the action or on the global generators, the same seed gives other bytes, restored
        people go on differently, round 0 depends on a strength, or a decision gets through a loop
        that is cut.
    ValueError
        If `rounds` is below 2, or the world's decisions are slates.
    """
    if rounds < 2:
        raise ValueError(f"rounds = {rounds}: must be at least 2, a decision shows a round later")
    before = _global_randomness()
    world = build(_strengths())
    if form(world) != "yes-no":
        raise ValueError(f"form = {form(world)!r}: only worlds of yes or no can be checked")
    _check_declared(world, build)
    _check_start(world)
    closed = _play(build, _strengths(), rounds)
    arrived = sum(reading["arrivals"].size for reading in closed)
    _require(arrived > 0, "somebody arrives, or there is nothing to check", world)
    _check_repeats(build, rounds, closed)
    _check_restored(build, rounds, closed)
    _check_round_0(build, closed[0])
    _check_weak(build, rounds)
    _check_cut(build, rounds, closed)
    still = _global_randomness() == before
    _require(still, "every random number comes from draws, none from a global generator", world)


def _strengths(default: float = 1.0, **others: float) -> dict[str, float]:
    return {name: others.get(name, default) for name in LOOPS}


def _require(holds: bool, rule: str, world: Environment, t: int | None = None) -> None:
    if not holds:
        name = getattr(world, "name", type(world).__name__)
        when = "" if t is None else f" (broken in round {t})"
        raise AssertionError(f"environment {name}: {rule}{when}")


def _global_randomness() -> tuple[Any, ...]:
    kind, keys, place, *rest = np.random.get_state()  # noqa: TID251, NPY002 (as above)
    return kind, np.asarray(keys).tobytes(), place, *rest, random.getstate()


# -- what is declared ------------------------------------------------------------------------------


def _check_declared(world: Environment, build: Build) -> None:
    groups = getattr(world, "groups", None)
    named = isinstance(groups, tuple) and all(isinstance(g, str) and g for g in groups)
    distinct = named and 0 < len(set(groups or ())) == len(groups or ())
    _require(distinct, "groups is a tuple of one distinct name or more", world)
    schema = getattr(world, "schema", None)
    some = isinstance(schema, Schema) and len(schema) > 0
    _require(some, "schema is a Schema with one feature or more", world)
    _require(isinstance(getattr(world, "money", None), Money), "money is a Money", world)
    _require(hasattr(world, "settings"), "a world has settings", world)
    _require(isinstance(getattr(world, "edges", None), Edges), "edges is a table of Edges", world)
    for name, edge in zip(LOOPS, world.edges, strict=True):
        _require(edge.name == name, f"the edge in the place of {name} has that name", world)
        told = bool(edge.closed.strip() and edge.cut.strip())
        _require(told, f"edge {name} says what flows when it is closed and when it is cut", world)
    asked = {name: (i + 1) / 8 for i, name in enumerate(LOOPS)}
    got = {edge.name: edge.strength for edge in build(asked).edges}
    _require(got == asked, "the edges have the strengths that were asked for", world)


def _check_start(world: Environment) -> None:
    """People as they are made, before any round: rows of history and a round that nobody enters."""
    draws = Draws(SEED)
    people = world.populate(draws)
    _require(isinstance(people, Population), "populate makes a Population", world)
    ids = people.ids
    proper = len(ids) > 0 and bool((np.diff(ids) > 0).all() and ids[0] >= 0)
    fits = proper and bool(ids[-1] < 1 << ENTITY_BITS)
    _require(fits, f"there is somebody, and ids ascend within 0 .. 2**{ENTITY_BITS} - 1", world)
    plain = all(column.dtype != object for column in people.state().values())
    _require(plain, "columns hold numbers, not Python objects: they are checkpointed", world)
    _read(world, people, np.arange(len(people)), draws, -1, "yes")
    nobody = np.empty(0, dtype=np.int64)
    try:
        cases, outcomes = _read(world, people, nobody, draws, 0, "yes")
        world.respond(people, cases, outcomes, draws)
    except AssertionError:
        raise
    except Exception as error:
        rule = f"a round without cases is a round, not {type(error).__name__}"
        raise AssertionError(f"environment {getattr(world, 'name', world)}: {rule}") from error


# -- one round -------------------------------------------------------------------------------------


def _play(
    build: Build,
    strengths: dict[str, float],
    rounds: int,
    answer: Answer = "mixed",
    start: int = 0,
    state: Reading | None = None,
) -> list[Reading]:
    """What could be read in every round, by a world that is played from the start or a state."""
    world, draws = build(strengths), Draws(SEED)
    people = world.populate(draws)
    if state is not None:
        people = Population(np.empty(0, dtype=np.int64))
        people.restore(state)
    return [_round(world, people, draws, t, answer) for t in range(start, rounds)]


def _round(world: Environment, people: Population, draws: Draws, t: int, answer: Answer) -> Reading:
    """Everything of a round, read for everybody; those who arrive are then answered."""
    state, everybody = deepcopy(people.state()), np.arange(len(people))
    rows = world.arrivals(people, draws, t)
    _check_arrivals(world, rows, len(people), t)
    cases, outcomes = _read(world, people, everybody, draws, t, answer)
    reading = {"arrivals": rows.copy()} | _columns(cases, outcomes) | _truth(world, people, t)
    cases.features[:] = np.nan
    same = _equal(state, people.state(), state)
    _require(same, "nothing but respond changes people, and features are a copy", world, t)
    _check_alone(world, people, draws, t, answer, reading)
    _check_actions(world, people, draws, t, reading)
    reading |= {f"people.{name}": values for name, values in state.items()}
    cases, outcomes = _read(world, people, rows, draws, t, answer)
    _check_respond(world, people, cases, outcomes, draws)
    return reading


def _read(
    world: Environment, people: Population, rows: Any, draws: Draws, t: int, answer: Answer
) -> tuple[Cases, Outcomes]:
    """Cases of some rows with what the world answers to them, their shapes checked."""
    cases = cases_of(world, people, rows, t)
    _check_group(world, cases.group, rows.size, t)
    cases.features = world.features(people, rows, draws, t)
    _check_features(world, cases.features, rows.size, t)
    chance = {"yes": 1.0, "no": 0.0, "mixed": 0.5}[answer]
    yes = draws.uniform(Stream.EXPLORE, t, cases.ids) < chance
    cases.actions, cases.propensities = yes.astype(np.int8), np.where(yes, chance, 1.0 - chance)
    cases.scores = np.full(rows.size, 0.5)
    cases.reviewed = np.zeros(rows.size, dtype=bool)
    outcomes = world.outcomes(people, cases, draws)
    _check_outcomes(world, cases, outcomes)
    return cases, outcomes


def _columns(cases: Cases, outcomes: Outcomes) -> Reading:
    everybody, nobody = np.ones(len(cases), dtype=bool), np.zeros(len(cases), dtype=bool)
    selective, prompt = outcomes.selective, outcomes.prompt
    columns = {
        "group": cases.group,
        "features": cases.features,
        "probability": outcomes.probability,
        "good": outcomes.good,
        "label": outcomes.label,
        "selective": everybody if selective is None else selective,
        "prompt": nobody if prompt is None else prompt,
        **{f"signal.{name}": values for name, values in outcomes.signals.items()},
    }
    return {name: values.copy() for name, values in columns.items()}


def _truth(world: Environment, people: Population, t: int) -> Reading:
    figures = world.truth(people)
    for name, values in figures.items():
        number = values.shape == (len(people),) and values.dtype.kind in "fiub"
        _require(number, f"truth {name!r} is (people,) numbers", world, t)
    return {f"truth.{name}": values.copy() for name, values in figures.items()}


# -- the rules of one round ------------------------------------------------------------------------


def _typed(values: Any, shape: tuple[int, ...], dtype: Any) -> bool:
    return isinstance(values, np.ndarray) and values.shape == shape and values.dtype == dtype


def _check_arrivals(world: Environment, rows: Any, people: int, t: int) -> None:
    typed = isinstance(rows, np.ndarray) and rows.ndim == 1 and rows.dtype == np.int64
    _require(typed, "arrivals are (n,) int64", world, t)
    step = 0 if hasattr(world, "ids") else 1
    proper = bool((np.diff(rows) >= step).all() and ((rows >= 0) & (rows < people)).all())
    rule = "arrivals are rows of the population, ascending, each once unless cases have own ids"
    _require(proper, rule, world, t)


def _check_group(world: Environment, group: Any, n: int, t: int) -> None:
    _require(_typed(group, (n,), np.int8), "group is (n,) int8", world, t)
    known = bool(((group >= 0) & (group < len(world.groups))).all())
    _require(known, "a group code is an index of groups", world, t)


def _check_features(world: Environment, features: Any, n: int, t: int) -> None:
    schema = world.schema
    typed = _typed(features, (n, len(schema)), np.float64)
    _require(typed, "features are (n, features of the schema) float64", world, t)
    for name, levels in schema.levels.items():
        known = features[:, schema.index(name)]
        known = known[~np.isnan(known)]
        coded = bool(np.isin(known, np.arange(len(levels))).all())
        _require(coded, f"category {name!r} is a code of its levels, or NaN", world, t)


def _check_outcomes(world: Environment, cases: Cases, outcomes: Outcomes) -> None:
    t, n, chance, selective = cases.round, (len(cases),), outcomes.probability, outcomes.selective
    typed = _typed(chance, n, np.float64) and bool(((chance >= 0) & (chance <= 1)).all())
    _require(typed, "probability is (n,) float64 in [0, 1], none NaN", world, t)
    typed = _typed(outcomes.good, n, np.int8) and bool(np.isin(outcomes.good, (BAD, GOOD)).all())
    _require(typed, "good is (n,) int8, 0 or 1", world, t)
    known = bool(np.isin(outcomes.label, (BAD, GOOD, UNKNOWN)).all())
    typed = known and _typed(outcomes.label, n, np.int8)
    _require(typed, "label is (n,) int8: 0, 1, or 2 where the action hides it", world, t)
    for name in ("selective", "prompt"):
        column = getattr(outcomes, name)
        typed = column is None or _typed(column, n, np.bool_)
        _require(typed, f"{name} is None or (n,) bool", world, t)
    _check_signals(world, outcomes.signals, n, t)
    hidden = cases.actions == 0 if selective is None else selective & (cases.actions == 0)
    told = bool(((outcomes.label == UNKNOWN) == hidden).all())
    _require(told, "a label is hidden where selective says so and the answer is no", world, t)


def _check_signals(world: Environment, signals: dict[str, Any], n: tuple[int], t: int) -> None:
    named = set(getattr(world, "signals", ())) == set(signals)
    _require(named, "signals are those that the world names", world, t)
    for name, values in signals.items():
        typed = _typed(values, n, np.int8) and bool(np.isin(values, (BAD, GOOD, UNKNOWN)).all())
        _require(typed, f"signal {name!r} is (n,) int8: 0, 1, or 2 where nothing comes", world, t)


def _check_alone(
    world: Environment, people: Population, draws: Draws, t: int, answer: Answer, all_: Reading
) -> None:
    """Half of the cases, without the others, read as before."""
    some = np.arange(1, len(people), 2)
    half = _columns(*_read(world, people, some, draws, t, answer))
    same = _equal({name: all_[name][some] for name in half}, half, half)
    rule = "what is read of a case is keyed by its id: it doesn't depend on who else is there"
    _require(same, rule, world, t)


def _check_actions(
    world: Environment, people: Population, draws: Draws, t: int, mixed: Reading
) -> None:
    """All potential outcomes share one uniform; a cut outcome loop shows them all."""
    everybody = np.arange(len(people))
    yes, no = (
        _columns(*_read(world, people, everybody, draws, t, answer)) for answer in ("yes", "no")
    )
    same = _equal(yes, no, ("good", "probability")) and _equal(yes, mixed, ("good", "probability"))
    _require(same, "good and probability do not depend on the action", world, t)
    if world.edges.outcome.strength == 0.0:
        shown = bool((no["label"] != UNKNOWN).all()) and _equal(yes, no, LABELS)
        _require(shown, "with the outcome loop cut no action hides or moves a label", world, t)


def _check_respond(
    world: Environment, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws
) -> None:
    ids, before = people.ids.copy(), deepcopy(vars(cases)) | _columns(cases, outcomes)
    nothing = world.respond(people, cases, outcomes, draws)  # type: ignore[func-returns-value]
    t = cases.round
    _require(nothing is None, "respond changes people in place and returns nothing", world, t)
    same = np.array_equal(people.ids[: ids.size], ids) and bool((np.diff(people.ids) > 0).all())
    _require(same, "respond leaves the ids; newcomers come after them", world, t)
    same = _equal(before, vars(cases) | _columns(cases, outcomes), before)
    _require(same, "respond changes no case and no outcome", world, t)


# -- the rules of whole histories ------------------------------------------------------------------


def _equal(one: dict[str, Any], other: dict[str, Any], names: Iterable[str]) -> bool:
    """Bit for bit, a missing value equal to itself."""
    return all(
        np.array_equal(one[name], other[name], equal_nan=np.asarray(one[name]).dtype.kind == "f")
        for name in names
    )


def _check_repeats(build: Build, rounds: int, closed: list[Reading]) -> None:
    world, names = build(_strengths()), set(closed[0])
    one, two = (_play(build, _strengths(0.0), rounds) for _ in range(2))
    histories = (closed, _play(build, _strengths(), rounds)), (one, two)
    for left, right in histories:
        for t, (a, b) in enumerate(zip(left, right, strict=True)):
            _require(set(a) == set(b) == names, "every round reads the same names", world, t)
            _require(_equal(a, b, a), "the same seed gives the same bytes", world, t)


def _check_restored(build: Build, rounds: int, whole: list[Reading]) -> None:
    """A new world goes on with the people of the old one."""
    half = rounds // 2
    parts = {k: v for k, v in whole[half].items() if k.startswith("people.")}
    state = {k.removeprefix("people."): v.copy() for k, v in parts.items()}
    rest = _play(build, _strengths(), rounds, start=half, state=state)
    rule = "people hold all that changes: a new world goes on with them as the old one would"
    for t, (a, b) in enumerate(zip(whole[half:], rest, strict=True), half):
        _require(_equal(a, b, a), rule, build(_strengths()), t)


def _check_round_0(build: Build, closed: Reading) -> None:
    for name in (*LOOPS, None):
        for strength in (0.0, 0.5):
            strengths = _strengths(**{name: strength}) if name else _strengths(strength)
            (first,) = _play(build, strengths, 1)
            names = set(first) - set(LABELS if name in ("outcome", None) else ())
            rule = f"round 0 does not depend on the strength of {name or 'the loops'}"
            _require(_equal(closed, first, names), rule, build(strengths), 0)


def _check_weak(build: Build, rounds: int) -> None:
    for name in LOOPS:
        weak, cut = (_play(build, _strengths(**{name: s}), rounds) for s in (WEAK, 0.0))
        rule = f"the {name} loop with next to no strength reads as the same loop cut"
        for t, (a, b) in enumerate(zip(weak, cut, strict=True)):
            near = all(
                a[k].shape == b[k].shape and np.allclose(a[k], b[k], 0.0, 1e-9, equal_nan=True)
                for k in a
            )
            _require(near, rule, build(_strengths()), t)


def _check_cut(build: Build, rounds: int, closed: list[Reading]) -> None:
    """Null tests: what decisions did does not get through a loop that is cut."""
    world = build(_strengths())
    for name in ("model", "oversight"):
        rule = f"the {name} loop is read outside of the world: cutting it moves nothing in it"
        for t, (a, b) in enumerate(
            zip(closed, _play(build, _strengths(**{name: 0.0}), rounds), strict=True)
        ):
            _require(_equal(a, b, a), rule, world, t)
    rule = "with the feature loop cut decisions do not move features"
    for t, (a, b) in enumerate(_both(build, _strengths(feature=0.0), rounds)):
        _require(_equal(a, b, ("features",)), rule, world, t)
    for t, (a, b) in enumerate(_both(build, _strengths(sampling=0.0), rounds)):
        _check_undisturbed(world, a["arrivals"], b["arrivals"], t)
    rule = "with all loops cut decisions move nothing that is read"
    for t, (a, b) in enumerate(_both(build, _strengths(0.0), rounds)):
        _require(_equal(a, b, WORLD), rule, world, t)


def _both(
    build: Build, strengths: dict[str, float], rounds: int
) -> Iterable[tuple[Reading, Reading]]:
    yes, no = (_play(build, strengths, rounds, answer) for answer in ("yes", "no"))
    return zip(yes, no, strict=True)


def _check_undisturbed(world: Environment, one: Any, other: Any, t: int) -> None:
    """The same arrivals, or, where the cut keeps their number, the first so many of one order."""
    if world.edges.sampling.keeps_rows:
        few, many = sorted((one, other), key=len)
        same = bool(np.isin(few, many).all())
    else:
        same = np.array_equal(one, other)
    _require(same, "with the sampling loop cut decisions do not choose who arrives", world, t)
