"""What a bank counts about cards and terminals over 1, 7 and 30 days, kept in ring buffers.

A day costs the day and not the month: it is added to the running sums, and the day that leaves a
window is taken off. Everything is whole numbers (payments, cents, frauds), so the sums are exact.

A card's windows end with the payment itself: today so far, by the time of day, and the days before.
A terminal's end `delay` days ago, for younger frauds are not known; its risk is the share of known
frauds among the payments whose label is known, 0 where there is none. The days are whole ones: the
handbook counts back 24 hours a day from the payment itself, so its labels are half a day older.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled
from loopsim.parts import in_parts
from loopsim.population import Population

Ints = NDArray[np.int64]
HAPPENED, KNOWN = 1, 2  # what came of a payment; the two add up
CARD_DAYS = 29  # complete days in the longest window; the day itself is the thirtieth


class Rolling:
    """The ring buffers of one side, in the arrays of a population's world.

    Parameters
    ----------
    people : Population
    side : {"carried", "natural"}
    delay : int
        Days from a payment to the day on which a terminal's risk may know its label.
    """

    def __init__(self, people: Population, side: str, delay: int) -> None:
        world = people.world
        self.delay = delay
        self.card = tuple(world[f"{side}.{name}"] for name in ("count", "cents", "card_sums"))
        self.terminal = tuple(world[f"{side}.{name}"] for name in ("terminal", "terminal_sums"))

    @staticmethod
    def start(people: Population, side: str, terminals: int, delay: int) -> None:
        """Make empty buffers."""
        n, world = len(people), people.world
        world[f"{side}.count"] = np.zeros((CARD_DAYS, n), np.int16)
        world[f"{side}.cents"] = np.zeros((CARD_DAYS, n), np.int32)
        world[f"{side}.card_sums"] = np.zeros((n, 4), np.int64)
        world[f"{side}.terminal"] = np.zeros((delay + 30, terminals, 3), np.int32)
        world[f"{side}.terminal_sums"] = np.zeros((terminals, 9), np.int32)

    def fill(self, payments: Any, cents: Any, t: int, out: NDArray[np.float64]) -> None:
        """The features of `payments` (rows ascending), one row each; see `settings.FEATURES`."""
        columns = (payments.rows, payments.terminal, cents, payments.seconds)
        weekend = float(t % 7 >= 5)
        sums = self.card[2], self.terminal[1]
        in_parts(
            len(payments), lambda at: features(*columns, weekend, *sums, at.start, at.stop, out)
        )

    def close(self, t: int, parts: list[tuple[Any, ...]]) -> None:
        """End day t: `parts` hold rows, terminals, cents, kinds, and what came of each payment."""
        count, cents, sums = self.card
        today, spent = np.zeros(count.shape[1], np.int16), np.zeros(count.shape[1], np.int32)
        places = np.zeros(self.terminal[0].shape[1:], np.int32)
        for part in parts:
            add(*part, today, spent, places)
        close_cards(t, count, cents, sums, today, spent)
        close_terminals(t, self.delay, *self.terminal, places)


@compiled
def features(
    rows: Ints, terminal: NDArray[np.int32], cents: NDArray[np.int32], seconds: NDArray[np.int32],
    weekend: float, card_sums: NDArray[np.int64], terminal_sums: NDArray[np.int32],
    lo: int, hi: int, out: NDArray[np.float64],
) -> None:  # fmt: skip
    """Features of the payments lo .. hi."""
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
        place = terminal[i]
        for w in range(3):
            known, bad = terminal_sums[place, 3 * w + 1], terminal_sums[place, 3 * w + 2]
            out[i, 9 + 2 * w] = terminal_sums[place, 3 * w]
            out[i, 10 + 2 * w] = bad / known if known else 0.0


@compiled
def add(
    rows: Ints, terminal: NDArray[np.int32], cents: NDArray[np.int32], kind: NDArray[np.int8],
    state: NDArray[np.int8], count: NDArray[np.int16], spent: NDArray[np.int32],
    places: NDArray[np.int32],
) -> None:  # fmt: skip
    """Count payments by card, and by terminal: payments, known labels, known frauds."""
    for i in range(rows.size):
        place, happened, known = terminal[i], state[i] & 1, state[i] >> 1
        count[rows[i]] += happened
        spent[rows[i]] += happened * cents[i]
        places[place, 0] += happened
        places[place, 1] += known
        places[place, 2] += known * (kind[i] > 0)


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


@compiled
def close_terminals(
    t: int, delay: int, days: NDArray[np.int32], sums: NDArray[np.int32], today: NDArray[np.int32]
) -> None:
    """Sums over 1, 7 and 30 days that end `delay` days before t + 1."""
    size = days.shape[0]
    days[t % size] = today
    newest = t + 1 - delay
    for w in range(3):
        oldest = newest - (1, 7, 30)[w]
        for i in range(days.shape[1]):
            for j in range(3):
                sums[i, 3 * w + j] += days[newest % size, i, j] - days[oldest % size, i, j]
