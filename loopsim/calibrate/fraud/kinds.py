"""What kind of fraud each is, as far as a file shows it: by where and with what it comes again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.fraud.transactions import Transactions

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LARGE, SKIMMED, STOLEN = 1, 2, 3  # the world's numbers
NEAR = 14  # days before and after a fraud in which others count as its like
#: Shares of fraud among a terminal's and a card's other payments above which a fraud belongs there.
AT_TERMINAL, AT_CARD = 0.2, 0.05
DOUBT = 3.0  # honest payments that are added to each of these counts


@dataclass(frozen=True)
class Kinds:
    """Of each fraud: its row, its kind, and the threshold of large amounts."""

    rows: Ints
    kind: NDArray[np.int8]
    large: float

    def of(self, kind: int) -> Ints:
        """The rows of one kind."""
        return self.rows[self.kind == kind]

    def share(self, kind: int) -> float:
        """Its share of all frauds."""
        return float((self.kind == kind).mean())


def kinds_of(made: Transactions) -> Kinds:
    """Sort frauds into the world's three kinds.

    A fraud is of a skimmed terminal if other cards' payments there, two weeks before and after,
    are frauds as well, and more often than the card's payments elsewhere; of a stolen card, if
    those are; large, if neither and above every honest amount; and what is left is of a stolen
    card that was used once.
    """
    rows = np.flatnonzero(made.fraud)
    pair = made.card * np.int64(made.terminals) + made.terminal
    here, there = _near(made, made.terminal, rows), _near(made, made.card, rows)
    both = _near(made, pair, rows)
    at_terminal = _share(here[0] - both[0], here[1] - both[1])
    at_card = _share(there[0] - both[0], there[1] - both[1])
    large = float(made.amount[~made.fraud].max())
    kind = np.full(rows.size, STOLEN, dtype=np.int8)
    kind[made.amount[rows] > large] = LARGE
    kind[at_card >= AT_CARD] = STOLEN
    kind[(at_terminal >= AT_TERMINAL) & (at_terminal > at_card)] = SKIMMED
    return Kinds(rows, kind, large)


def _near(made: Transactions, of: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Payments and frauds of the same entity within `NEAR` days of each of `rows`."""
    span = np.int64(made.days + 2 * NEAR + 2)
    key = of * span + (made.day - made.start) + NEAR
    order = np.argsort(key, kind="stable")
    ordered, frauds = key[order], np.concatenate([[0], np.cumsum(made.fraud[order])])
    low = np.searchsorted(ordered, key[rows] - NEAR)
    high = np.searchsorted(ordered, key[rows] + NEAR, side="right")
    return high - low, frauds[high] - frauds[low]


def _share(number: Ints, frauds: Ints) -> Floats:
    return np.asarray(frauds / (number + DOUBT))


def lasting(entity: Ints, day: Ints, first: int, last: int, otherwise: float) -> tuple[float, int]:
    """How many days an episode lasts, and from how many that was found.

    Frauds of one entity are one episode unless more than `NEAR` days lie between two. Those of an
    episode of L days are spread over it evenly, so m of them span L·(m − 1)/(m + 1) on average.
    Episodes that the file's ends may have cut do not count; with fewer than five it is `otherwise`.
    """
    if entity.size == 0:
        return otherwise, 0
    order = np.lexsort((day, entity))
    entity, day = entity[order], day[order]
    new = np.r_[True, (entity[1:] != entity[:-1]) | (np.diff(day) > NEAR)]
    start = np.flatnonzero(new)
    number = np.diff(np.r_[start, day.size])
    begins, ends = day[start], day[start + number - 1]
    whole = (number >= 4) & (begins > first + NEAR) & (ends < last - NEAR)
    if whole.sum() < 5:
        return otherwise, int(whole.sum())
    m = number[whole].astype(np.float64)
    length = (ends - begins)[whole] * (m + 1.0) / (m - 1.0)
    return float(np.average(length, weights=m)), int(whole.sum())
