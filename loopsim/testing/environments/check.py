"""The conformance check of a world, from what it declares to the loops that are cut."""

from __future__ import annotations

import random  # noqa: TID251 (its state is read, to see that nobody draws from it)
from typing import Any

import numpy as np

from loopsim.testing.environments import histories
from loopsim.testing.environments.declared import check_declared, check_start
from loopsim.testing.environments.playing import Build, play, strengths
from loopsim.testing.environments.reading import require


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
        If `rounds` is below 2.
    """
    if rounds < 2:
        raise ValueError(f"rounds = {rounds}: must be at least 2, a decision shows a round later")
    before = _global_randomness()
    world = build(strengths())
    check_declared(world, build)
    check_start(world)
    closed = play(build, strengths(), rounds)
    arrived = sum(reading["arrivals"].size for reading in closed)
    require(arrived > 0, "somebody arrives, or there is nothing to check", world)
    histories.check_repeats(build, rounds, closed)
    histories.check_restored(build, rounds, closed)
    histories.check_round_0(build, closed[0])
    histories.check_weak(build, rounds)
    histories.check_cut(build, rounds, closed)
    still = _global_randomness() == before
    require(still, "every random number comes from draws, none from a global generator", world)


def _global_randomness() -> tuple[Any, ...]:
    kind, keys, place, *rest = np.random.get_state()  # noqa: TID251, NPY002 (as above)
    return kind, np.asarray(keys).tobytes(), place, *rest, random.getstate()
