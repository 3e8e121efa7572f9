"""Customers and terminals: who lives where, how much they pay and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.fraud.kernels import NEVER
from loopsim.environments.fraud.rolling import Rolling
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.fraud.settings import Fraud

SIDE = 100.0  # of the square on which everybody lives
SPREAD = 0.5  # of a customer's amounts, over their mean
AMOUNTS = (5.0, 100.0)  # euros: mean amounts of customers are uniform
WITHIN_DAY = 0.9692284313321309  # P(|N(0, 1)| < 2.16): a payment outside the day is dropped


def populate(settings: Fraud, draws: Draws) -> Population:
    """Customers, terminals, and buffers in which nothing has happened yet."""
    n = settings.customers
    ids = np.arange(n, dtype=np.int64)
    x, y, mean, rate = (draws.uniform(Stream.PEOPLE, -1, ids, k=k) for k in range(4))
    people = Population(
        ids,
        x=x * SIDE,
        y=y * SIDE,
        mean=AMOUNTS[0] + mean * (AMOUNTS[1] - AMOUNTS[0]),
        spread=np.full(n, SPREAD),
        rate=rate * settings.activity * WITHIN_DAY,
        group=np.minimum(mean * 3.0, 2.0).astype(np.int8),
        trust=np.ones(n),
        back=np.full(n, NEVER, np.int32),
        blocked=np.full(n, NEVER, np.int32),
    )
    people.world["day"] = np.zeros(1, np.int64)
    people.world["cleaned"] = np.full(settings.terminals, NEVER, np.int32)
    people.world |= terminals(settings, draws)
    for side in ("carried", "natural"):
        Rolling.start(people, side, settings.terminals, settings.risk_delay)
    return people


def terminals(settings: Fraud, draws: Draws) -> dict[str, NDArray[Any]]:
    """Coordinates of the terminals, ordered by the cells of a grid, and each cell's first."""
    ids = np.arange(settings.terminals, dtype=np.int64)
    x, y = (SIDE * draws.uniform(Stream.WORLD, -1, ids, k=k) for k in (10, 11))
    cells = int(min(max(2.0 * SIDE / settings.radius, 1.0), 400.0))
    scale = cells / SIDE
    cell = (y * scale).astype(np.int64) * cells + (x * scale).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    first = np.r_[0, np.cumsum(np.bincount(cell, minlength=cells * cells))]
    return {"terminal_xy": np.column_stack([x, y])[order], "cell": first}


def since(draws: Draws, t: int, size: int, share: float, days: int, k: int) -> NDArray[np.int32]:
    """(size,) on which day within the last `days` something befell each entity, else `NEVER`.

    A day's number is the share of all, a part of one by chance; who, is drawn for each in turn. A
    later day replaces an earlier one.

    >>> day = since(Draws(1), 5, 1000, 0.002, 3, k=1)
    >>> sorted(set(day[day > NEVER].tolist())), int((day > NEVER).sum())
    ([3, 4, 5], 6)
    """
    out = np.full(size, NEVER, np.int32)
    for day in range(t - days + 1, t + 1):
        part = draws.uniform(Stream.WORLD, day, np.array([-1]), k=k)[0]
        count = int(share * size + part)
        chosen = draws.uniform(Stream.WORLD, day, np.arange(count), k=k) * size
        out[chosen.astype(np.int64)] = day
    return out


def mules(draws: Draws, t: int, size: int) -> NDArray[np.int64]:
    """(5,) terminals that collect scammed money in the week of day t."""
    return (draws.uniform(Stream.WORLD, t // 7, np.arange(5), k=4) * size).astype(np.int64)
