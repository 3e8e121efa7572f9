"""Who is at the desk, from when to when, and for how many cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loopsim.draws import Draws, Stream
from loopsim.oversight.base import Floats, Ints

if TYPE_CHECKING:
    from loopsim.oversight.settings import Desk

CAPACITY = -5  # repeat k of the keyed draw
UNLIMITED = 1 << 40


def hours(desk: Desk, reviewers: int) -> tuple[Floats, Floats]:
    """(r,) the hour at which each begins and the one from which they take up no more cases.

    Shifts are filled with the next reviewers of the team; whoever is in none has the day off.
    """
    if not desk.shifts:
        return np.zeros(reviewers), np.full(reviewers, desk.hours)
    begin, end = np.zeros(reviewers), np.zeros(reviewers)
    first = 0
    for shift in desk.shifts:
        who = slice(first, first + shift.reviewers)
        begin[who], end[who] = shift.start, shift.end
        first += shift.reviewers
    return begin, end


def room(desk: Desk, reviewers: int, t: int, draws: Draws) -> Ints:
    """(r,) cases that each has room for in round t: equal, or normal around the mean."""
    if desk.capacity is None:
        return np.full(reviewers, UNLIMITED, np.int64)
    normal = draws.normal(Stream.REVIEW, t, np.arange(reviewers), k=CAPACITY)
    cases = desk.capacity * (1.0 + desk.capacity_sd * normal)
    return np.maximum(np.round(cases), 0.0).astype(np.int64)
