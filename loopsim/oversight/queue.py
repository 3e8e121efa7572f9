"""The line at the desk: who takes which case, and when.

Cases wait by priority, reviewers take the next one as they become free (the longest idle first).
`by_simpy` says it in SimPy's terms, a `PriorityStore` from which one process for each reviewer
takes; `compiled_line` is the same line as one compiled pass for the many, equal to it bit for bit
(a test holds them to it): SimPy needs some 30 microseconds a case.

A reviewer takes up cases from `on` until before `off`, the last one may end later, at most `room`
of them, and no more once `budget` hours have been worked. A case that nobody has taken up by its
deadline is left.
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush
from typing import Any

import numpy as np
import simpy

from loopsim.kernels import compiled
from loopsim.oversight.base import NOBODY, Floats, Ints, Team

FEW = 200  # cases up to which a line is left to SimPy


def serve(
    arrive: Floats,
    priority: Floats,
    service: Floats,
    on: Floats,
    off: Floats,
    room: Ints,
    budget: Floats | None = None,
    deadline: float = np.inf,
) -> tuple[Team, Floats]:
    """Who takes each case, and when.

    Parameters
    ----------
    arrive, priority, service : (n,) float64 arrays
        Hour of arrival, priority (higher first; equal ones by arrival), hours that a look takes.
    on, off : (r,) float64 arrays
        Hours between which each reviewer takes up cases.
    room : (r,) int64 array
        Cases that each has room for.
    budget : (r,) float64 array, optional
        Hours that each may work; None: from `on` to `off`.
    deadline : float
        Hours after which a case is no longer taken up.

    Returns
    -------
    who : (n,) int16 array, `NOBODY` where a case was left
    start : (n,) float64 array, NaN where it was left

    Examples
    --------
    >>> two, day = np.zeros(2), np.array([8.0])
    >>> serve(two, np.array([1.0, 5.0]), two + 0.5, two[:1], day, np.array([9]))[1]
    array([0.5, 0. ])
    """
    order = np.argsort(arrive, kind="stable")
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)  # by arrival ...
    turn = np.empty(order.size, np.int64)
    turn[np.lexsort((rank, -priority))] = np.arange(order.size)  # ... and by whose turn it is
    who, start = np.full(order.size, NOBODY, np.int16), np.full(order.size, np.nan)
    line = by_simpy if order.size <= FEW else compiled_line
    hours = np.full(on.size, np.inf) if budget is None else budget
    line(order, turn, arrive, service, on, off, room, hours, deadline, who, start)
    return who, start


def by_simpy(
    order: Ints, turn: Ints, arrive: Floats, service: Floats,
    on: Floats, off: Floats, room: Ints, budget: Floats, deadline: float,
    who: Team, start: Floats,
) -> None:  # fmt: skip
    """Fill `who` and `start`; `order` is that of arrival, `turn` says who goes first."""
    env = simpy.Environment()
    waiting = simpy.PriorityStore(env)

    def reviewer(r: int, begins: Any, ends: Any) -> Generator[Any, Any, None]:
        yield begins
        left, hours = room[r], budget[r]
        while env.now < off[r] and left > 0 and hours > 0.0:
            while waiting.items and env.now - arrive[waiting.items[0][1]] > deadline:
                heappop(waiting.items)
            case: Any = waiting.get()
            yield case | ends
            if not case.triggered:
                case.cancel()
                return
            _, i = case.value
            who[i], start[i] = r, env.now
            left, hours = left - 1, hours - service[i]
            yield env.timeout(service[i])

    for i in order:
        case: Any = env.timeout(arrive[i], (turn[i], i))
        case.callbacks.append(lambda event: waiting.put(event.value))
    begins, ends = ([env.timeout(hour) for hour in hours] for hours in (on, off))
    for r in range(on.size):
        env.process(reviewer(r, begins[r], ends[r]))
    env.run()


@compiled
def compiled_line(
    order: Ints, turn: Ints, arrive: Floats, service: Floats,
    on: Floats, off: Floats, room: Ints, budget: Floats, deadline: float,
    who: Team, start: Floats,
) -> None:  # fmt: skip
    """The same as `by_simpy`."""
    case_of = np.empty(turn.size, np.int64)
    for i in range(turn.size):
        case_of[turn[i]] = i
    waiting = [np.int64(0)]
    waiting.pop()
    free = [(on[r], r, np.int64(r)) for r in range(on.size)]  # when, told in which order, who
    free.sort()
    told = on.size
    left, hours = room.copy(), budget.copy()
    idle = np.empty(on.size + turn.size + 1, np.int64)  # the longest idle first
    head, tail, coming = 0, 0, 0
    while coming < order.size or len(free) > 0:
        now = np.inf if coming == order.size else arrive[order[coming]]
        now = min(now, free[0][0]) if len(free) > 0 else now
        while coming < order.size and arrive[order[coming]] == now:
            heappush(waiting, turn[order[coming]])
            coming += 1
        while len(free) > 0 and free[0][0] == now:
            r = heappop(free)[2]
            if now < off[r] and left[r] > 0 and hours[r] > 0.0:
                idle[tail] = r
                tail += 1
        while head < tail and len(waiting) > 0:
            r, i = idle[head], case_of[waiting[0]]
            if off[r] <= now:
                head += 1
                continue
            heappop(waiting)
            if now - arrive[i] > deadline:
                continue
            head += 1
            who[i], start[i] = r, now
            left[r] -= 1
            hours[r] -= service[i]
            heappush(free, (now + service[i], told, r))
            told += 1
