"""What a bank knows of a terminal: payments and the labels of old ones, to the second.

As in the Fraud Detection Handbook (its `get_count_risk_rolling_window`), the window of w days of a
payment at time T has the terminal's payments in (T − (delay + w)·24 h, T − delay·24 h], for younger
frauds are not known. The risk is the share of known frauds among those whose label is known, 0
where there is none.

A window is its w − 1 whole days and a part of two others. So sums hold the w days before the day
`delay` days ago; as the time of day goes on, that day's payments come in and those of the oldest
day go. Payments of a day are kept by terminal and time of day, and so two pointers a window walk
along: a day costs the day, however uneven the terminals are.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled
from loopsim.parts import in_parts

Ints = NDArray[np.int64]
HAPPENED, KNOWN, BAD = 1, 2, 4  # what came of a payment; the first two add up
WINDOWS = (1, 7, 30)  # days
DAY = 24 * 3600
PLACES = 1 << 13  # terminals in one part
FEW = 24  # payments that insertion sorts faster than the library


class Terminals:
    """The ring buffers of terminals of one side, in the arrays of a population's world.

    A payment is 8·second + what came of it; those of day t are in row t modulo delay + 30, by
    terminal and second, and `ends` says where each terminal's begin and end.
    """

    def __init__(self, world: MutableMapping[str, Any], side: str, delay: int) -> None:
        self.world, self.side, self.delay = world, side, delay

    @staticmethod
    def start(world: MutableMapping[str, Any], side: str, terminals: int, delay: int) -> None:
        """Make empty buffers."""
        days = delay + WINDOWS[-1]
        world[f"{side}.labels"] = np.zeros((days, 0), np.int32)
        world[f"{side}.ends"] = np.zeros((days, terminals + 1), np.int32)
        world[f"{side}.terminal_sums"] = np.zeros((terminals, 9), np.int32)

    def fill(
        self, terminal: NDArray[np.int32], seconds: NDArray[np.int32], t: int,
        out: NDArray[np.float64],
    ) -> None:  # fmt: skip
        """(n, 6) number of payments and risk over each window, before payments of day t."""
        labels, ends, sums = self._arrays()
        starts = np.zeros(len(sums) + 1, np.int32)
        keys = np.empty(terminal.size, np.int64)
        count(terminal, starts)
        order(terminal, seconds, starts, keys)
        days = self._boundaries(t)
        in_parts(
            len(sums),
            lambda at: walk(starts, keys, labels, ends, sums, days, at.start, at.stop, out),
            PLACES,
        )

    def close(self, t: int, parts: list[tuple[Any, ...]]) -> None:
        """End day t: `parts` hold terminals, seconds, kinds, and what came of each payment."""
        total = sum(some[0].size for some in parts)
        if total > self.world[f"{self.side}.labels"].shape[1]:
            self._widen(total)
        labels, ends, sums = self._arrays()
        days = self._boundaries(t)
        in_parts(len(sums), lambda at: move(labels, ends, sums, days, at.start, at.stop), PLACES)
        today, starts = labels[t % len(labels)], ends[t % len(ends)]
        starts[:] = 0
        for some in parts:
            count(some[0], starts)
        free = np.empty_like(starts)
        begin(starts, free)
        for some in parts:
            put(*some, free, today)
        in_parts(len(sums), lambda at: sort(starts, today, at.start, at.stop), PLACES)

    def _arrays(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        labels, ends, sums = (
            self.world[f"{self.side}.{name}"] for name in ("labels", "ends", "terminal_sums")
        )
        return labels, ends, sums

    def _boundaries(self, t: int) -> Ints:
        """Rows of the day that comes into all windows, and of those that go out of each."""
        days = self.delay + np.array([0, *WINDOWS])
        return np.asarray((t - days) % (self.delay + WINDOWS[-1]), dtype=np.int64)

    def _widen(self, total: int) -> None:
        """Room for a day of so many payments, and for some more."""
        old = self.world[f"{self.side}.labels"]
        new = np.zeros((len(old), total + total // 32 + 64), np.int32)
        new[:, : old.shape[1]] = old
        self.world[f"{self.side}.labels"] = new


@compiled
def count(terminal: NDArray[np.int32], number: NDArray[np.int32]) -> None:
    """Add to entry p + 1 how many payments terminal p has."""
    for i in range(terminal.size):
        number[terminal[i] + 1] += 1


@compiled
def begin(number: NDArray[np.int32], free: NDArray[np.int32]) -> None:
    """From numbers to where each terminal's payments begin, twice."""
    total = 0
    for p in range(number.size):
        total += number[p]
        number[p] = free[p] = total


@compiled
def order(
    terminal: NDArray[np.int32], seconds: NDArray[np.int32], starts: NDArray[np.int32], keys: Ints
) -> None:
    """By terminal: each payment's second and row; `starts` goes from numbers to beginnings."""
    free = np.empty_like(starts)
    begin(starts, free)
    for i in range(terminal.size):
        place = terminal[i]
        keys[free[place]] = (np.int64(seconds[i]) << 32) | i
        free[place] += 1


@compiled
def put(
    terminal: NDArray[np.int32], seconds: NDArray[np.int32], kind: NDArray[np.int8],
    came: NDArray[np.int8], free: NDArray[np.int32], today: NDArray[np.int32],
) -> None:  # fmt: skip
    """By terminal: each payment's second and what came of it."""
    for i in range(terminal.size):
        place = terminal[i]
        bad = BAD if kind[i] > 0 and came[i] & KNOWN else 0
        today[free[place]] = seconds[i] * 8 + bad + came[i]
        free[place] += 1


@compiled
def ascend(values: Any) -> None:
    """Sort in place."""
    if values.size > FEW:
        values.sort()
        return
    for i in range(1, values.size):
        value, j = values[i], i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


@compiled
def sort(starts: NDArray[np.int32], today: NDArray[np.int32], lo: int, hi: int) -> None:
    """The payments of each of the terminals lo .. hi by time."""
    for p in range(lo, hi):
        ascend(today[starts[p] : starts[p + 1]])


@compiled
def until(labels: NDArray[np.int32], at: int, end: int, second: int) -> tuple[int, int, int, int]:
    """Go on from `at` to what is later than a second: where, and what was passed: payments, known
    labels, known frauds.
    """
    number = known = bad = 0
    while at < end and labels[at] >> 3 <= second:
        number += labels[at] & 1
        known += (labels[at] >> 1) & 1
        bad += (labels[at] >> 2) & 1
        at += 1
    return at, number, known, bad


@compiled
def move(
    labels: NDArray[np.int32], ends: NDArray[np.int32], sums: NDArray[np.int32], days: Ints,
    lo: int, hi: int,
) -> None:  # fmt: skip
    """The day `delay` days ago comes into the sums, and the oldest of each window goes."""
    for p in range(lo, hi):
        for b in range(4):
            day = days[b]
            _, number, known, bad = until(labels[day], ends[day, p], ends[day, p + 1], DAY)
            for w in range(3):
                sign = 1 if b == 0 else (-1 if w == b - 1 else 0)
                sums[p, 3 * w] += sign * number
                sums[p, 3 * w + 1] += sign * known
                sums[p, 3 * w + 2] += sign * bad


@compiled
def walk(
    starts: NDArray[np.int32], keys: Ints, labels: NDArray[np.int32], ends: NDArray[np.int32],
    sums: NDArray[np.int32], days: Ints, lo: int, hi: int, out: NDArray[np.float64],
) -> None:  # fmt: skip
    """Numbers and risks of the payments at the terminals lo .. hi, each in the order of time."""
    past, at, end = np.empty((4, 3), np.int64), np.empty(4, np.int64), np.empty(4, np.int64)
    for p in range(lo, hi):
        mine = keys[starts[p] : starts[p + 1]]
        ascend(mine)
        past[:] = 0
        for b in range(4):
            at[b], end[b] = ends[days[b], p], ends[days[b], p + 1]
        for key in mine:
            second, i = key >> 32, key & 0xFFFFFFFF
            for b in range(4):
                at[b], number, known, bad = until(labels[days[b]], at[b], end[b], second)
                past[b, 0] += number
                past[b, 1] += known
                past[b, 2] += bad
            for w in range(3):
                known = sums[p, 3 * w + 1] + past[0, 1] - past[w + 1, 1]
                bad = sums[p, 3 * w + 2] + past[0, 2] - past[w + 1, 2]
                out[i, 2 * w] = sums[p, 3 * w] + past[0, 0] - past[w + 1, 0]
                out[i, 2 * w + 1] = bad / known if known else 0.0
