"""What a bank counts about cards and terminals over 1, 7 and 30 days, kept in ring buffers.

A day costs the day and not the month: it is added to the running sums, and the day that leaves a
window is taken off. Everything is whole numbers (payments, cents, frauds), so the sums are exact.

A card's windows end with the payment itself: today so far, by the time of day, and the days before.
A terminal's end `delay` times 24 hours before the payment and begin as many days earlier, to the
second, as in the handbook (see `terminals`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.fraud.terminals import HAPPENED, KNOWN, Terminals
from loopsim.kernels import compiled
from loopsim.parts import in_parts
from loopsim.population import Population

__all__ = ["HAPPENED", "KNOWN", "Rolling"]
Ints = NDArray[np.int64]
CARD_DAYS = 29  # complete days in the longest window; the day itself is the thirtieth


class Rolling:
    """The ring buffers of one side, in the arrays of a population's world.

    Parameters
    ----------
    people : Population
    side : {"carried", "natural"}
    delay : int
        Days from a payment until a terminal's risk may know its label.
    """

    def __init__(self, people: Population, side: str, delay: int) -> None:
        world = people.world
        self.card = tuple(world[f"{side}.{name}"] for name in ("count", "cents", "card_sums"))
        self.terminals = Terminals(world, side, delay)

    @staticmethod
    def start(people: Population, side: str, terminals: int, delay: int) -> None:
        """Make empty buffers."""
        n, world = len(people), people.world
        world[f"{side}.count"] = np.zeros((CARD_DAYS, n), np.int16)
        world[f"{side}.cents"] = np.zeros((CARD_DAYS, n), np.int32)
        world[f"{side}.card_sums"] = np.zeros((n, 4), np.int64)
        Terminals.start(world, side, terminals, delay)

    def fill(self, payments: Any, cents: Any, t: int, out: NDArray[np.float64]) -> None:
        """The features of `payments` (rows ascending), one row each; see `settings.FEATURES`."""
        columns, weekend = (payments.rows, cents, payments.seconds), float(t % 7 >= 5)
        sums = self.card[2]
        in_parts(
            len(payments), lambda at: features(*columns, weekend, sums, at.start, at.stop, out)
        )
        self.terminals.fill(payments.terminal, payments.seconds, t, out[:, 9:])

    def close(self, t: int, parts: list[tuple[Any, ...]]) -> None:
        """End day t.

        `parts` hold rows, terminals, cents, seconds, kinds, and what came of each payment.
        """
        count, cents, sums = self.card
        today, spent = np.zeros(count.shape[1], np.int16), np.zeros(count.shape[1], np.int32)
        for rows, _, amounts, _, _, came in parts:
            add(rows, amounts, came, today, spent)
        close_cards(t, count, cents, sums, today, spent)
        self.terminals.close(t, [(some[1], *some[3:]) for some in parts])


@compiled
def features(
    rows: Ints, cents: NDArray[np.int32], seconds: NDArray[np.int32], weekend: float,
    card_sums: NDArray[np.int64], lo: int, hi: int, out: NDArray[np.float64],
) -> None:  # fmt: skip
    """Features of the payments lo .. hi, but for those of their terminals."""
    for i in range(lo, hi):
        row, first = rows[i], i
        while first > 0 and rows[first - 1] == row:
            first -= 1
        number, amount, j = 0, 0, first
        while j < rows.size and rows[j] == row:
            if seconds[j] < seconds[i] or (seconds[j] == seconds[i] and j <= i):
                number += 1
                amount += cents[j]
            j += 1
        out[i, 0] = cents[i] / 100.0
        out[i, 1] = weekend
        out[i, 2] = 1.0 if seconds[i] < 25200 else 0.0
        for w in range(3):
            n = number + (card_sums[row, w - 1] if w else 0)
            out[i, 3 + 2 * w] = n
            out[i, 4 + 2 * w] = (amount + (card_sums[row, w + 1] if w else 0)) / (100.0 * n)


@compiled
def add(
    rows: Ints, cents: NDArray[np.int32], came: NDArray[np.int8], count: NDArray[np.int16],
    spent: NDArray[np.int32],
) -> None:  # fmt: skip
    """Count payments that happened, and their cents, by card."""
    for i in range(rows.size):
        happened = came[i] & 1
        count[rows[i]] += happened
        spent[rows[i]] += happened * cents[i]


@compiled
def close_cards(
    t: int, count: NDArray[np.int16], cents: NDArray[np.int32], sums: NDArray[np.int64],
    today: NDArray[np.int16], spent: NDArray[np.int32],
) -> None:  # fmt: skip
    """Sums over the last 6 and 29 days, t included: payments and cents."""
    size = count.shape[0]
    new, week = t % size, (t - 6) % size
    for i in range(today.size):
        sums[i, 0] += today[i] - count[week, i]
        sums[i, 1] += today[i] - count[new, i]
        sums[i, 2] += spent[i] - cents[week, i]
        sums[i, 3] += spent[i] - cents[new, i]
        count[new, i], cents[new, i] = today[i], spent[i]
