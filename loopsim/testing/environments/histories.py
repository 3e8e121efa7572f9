"""The rules of whole histories: twins, restored people, and loops that are cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from loopsim.edges import LOOPS
from loopsim.environments.base import Environment
from loopsim.testing.environments.playing import Build, play, strengths
from loopsim.testing.environments.reading import Reading, equal, require
from loopsim.testing.environments.yes_no import LABELS

WEAK = 1e-300  # so weak that nobody is inside the loop, yet not 0: the blending code runs
#: What a world is seen by, where it has it.
FEATURES = ("features", "catalogue.attributes", "catalogue.available")
#: What decisions reach through the loops.
WORLD = (*FEATURES, "probability", "good", "label")
#: Read after `respond`: these may move with a strength in round 0 already.
AFTER = ("measure.", "pressure.", "panel.")


def check_repeats(build: Build, rounds: int, closed: list[Reading]) -> None:
    """The same seed, the same bytes."""
    world, names = build(strengths()), _names(closed)
    one, two = (play(build, strengths(0.0), rounds) for _ in range(2))
    histories = (closed, play(build, strengths(), rounds)), (one, two)
    for left, right in histories:
        for t, (a, b) in enumerate(zip(left, right, strict=True)):
            same = _names([a]) == _names([b]) == names
            require(same, "every round reads the same names", world, t)
            require(equal(a, b, a), "the same seed gives the same bytes", world, t)


def _names(history: list[Reading]) -> set[str]:
    """What is read whether or not anybody came."""
    return {name for name in history[0] if not name.startswith("panel.")}


def check_restored(build: Build, rounds: int, whole: list[Reading]) -> None:
    """A new world goes on with the people of the old one."""
    half = rounds // 2
    parts = {k: v for k, v in whole[half].items() if k.startswith("people.")}
    state = {k.removeprefix("people."): v.copy() for k, v in parts.items()}
    rest = play(build, strengths(), rounds, start=half, state=state)
    rule = "people hold all that changes: a new world goes on with them as the old one would"
    for t, (a, b) in enumerate(zip(whole[half:], rest, strict=True), half):
        require(equal(a, b, a), rule, build(strengths()), t)


def check_round_0(build: Build, closed: Reading) -> None:
    """Round 0 of twins is identical, but for the labels where the outcome loop differs."""
    before = {name for name in closed if not name.startswith(AFTER)}
    for name in (*LOOPS, None):
        for strength in (0.0, 0.5):
            asked = strengths(**{name: strength}) if name else strengths(strength)
            (first,) = play(build, asked, 1)
            names = before - set(LABELS if name in ("outcome", None) else ())
            rule = f"round 0 does not depend on the strength of {name or 'the loops'}"
            require(equal(closed, first, names), rule, build(asked), 0)


def check_weak(build: Build, rounds: int) -> None:
    """A strength near 0 is like 0."""
    for name in LOOPS:
        weak, cut = (play(build, strengths(**{name: s}), rounds) for s in (WEAK, 0.0))
        rule = f"the {name} loop with next to no strength reads as the same loop cut"
        for t, (a, b) in enumerate(zip(weak, cut, strict=True)):
            near = all(
                a[k].shape == b[k].shape and np.allclose(a[k], b[k], 0.0, 1e-9, equal_nan=True)
                for k in a
            )
            require(near, rule, build(strengths()), t)


def check_cut(build: Build, rounds: int, closed: list[Reading]) -> None:
    """Null tests: what decisions did does not get through a loop that is cut."""
    world = build(strengths())
    for name in ("model", "oversight"):
        rule = f"the {name} loop is read outside of the world: cutting it moves nothing in it"
        other = play(build, strengths(**{name: 0.0}), rounds)
        for t, (a, b) in enumerate(zip(closed, other, strict=True)):
            require(equal(a, b, a), rule, world, t)
    rule = "with the feature loop cut decisions do not move features"
    for t, (a, b) in enumerate(_both(build, strengths(feature=0.0), rounds)):
        require(_alike(a, b, FEATURES), rule, world, t)
    for t, (a, b) in enumerate(_both(build, strengths(sampling=0.0), rounds)):
        _check_undisturbed(world, a["arrivals"], b["arrivals"], t)
    rule = "with all loops cut decisions move nothing that is read"
    for t, (a, b) in enumerate(_both(build, strengths(0.0), rounds)):
        require(_alike(a, b, WORLD), rule, world, t)
        panel = "with all loops cut decisions do not move what a panel would have seen"
        require(_same_panel(a, b), panel, world, t)


def _alike(one: Reading, other: Reading, names: Iterable[str]) -> bool:
    return equal(one, other, [name for name in names if name in one])


def _same_panel(one: Reading, other: Reading) -> bool:
    """The panel rows of cases that came in both histories."""
    if "panel.ids" not in one or "panel.ids" not in other:
        return True
    _, a, b = np.intersect1d(one["panel.ids"], other["panel.ids"], return_indices=True)
    names = ("panel.features", "panel.label")
    return all(np.array_equal(one[name][a], other[name][b], equal_nan=True) for name in names)


def _both(build: Build, asked: dict[str, float], rounds: int) -> Iterator[tuple[Reading, Reading]]:
    yes, no = (play(build, asked, rounds, answer) for answer in ("yes", "no"))
    return zip(yes, no, strict=True)


def _check_undisturbed(world: Environment, one: Any, other: Any, t: int) -> None:
    """The same arrivals, or, where the cut keeps their number, the first so many of one order."""
    if world.edges.sampling.keeps_rows:
        few, many = sorted((one, other), key=len)
        same = bool(np.isin(few, many).all())
    else:
        same = np.array_equal(one, other)
    require(same, "with the sampling loop cut decisions do not choose who arrives", world, t)
