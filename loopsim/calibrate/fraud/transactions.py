"""Payments by card and terminal, with what came of them: a transaction file, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.label import good_rows
from loopsim.calibrate.log_columns import coded, column, numbers, times
from loopsim.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FEWEST = {"payments": 2000, "cards": 50, "terminals": 20, "days": 21, "frauds": 50}
DAY = 86_400
MOST = 2e7  # amounts above this do not fit the world's cents
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """What the columns of the file are called."""

    card: str
    terminal: str
    amount: str
    time: str
    label: str


@dataclass(frozen=True)
class Transactions:
    """Payments by day, card and time of day.

    Attributes
    ----------
    day : (n,) int64
        Counted so that days 5 and 6 of each seven are a weekend; the first is `start`.
    seconds : (n,) int32
        Of the day.
    card, terminal : (n,) int64
        Codes below `cards` and `terminals`.
    amount : (n,) float64
    fraud : (n,) bool
    """

    day: Ints
    seconds: NDArray[np.int32]
    card: Ints
    terminal: Ints
    amount: NDArray[np.float64]
    fraud: NDArray[np.bool_]
    cards: int
    terminals: int
    start: int
    days: int

    def __len__(self) -> int:
        return len(self.day)

    def by_card(self) -> Ints:
        """(cards,) how many payments each has."""
        return np.bincount(self.card, minlength=self.cards)

    def by_day(self, which: Any = slice(None)) -> Ints:
        """(days,) payments, or those of a mask, in each day."""
        return np.bincount(self.day[which] - self.start, minlength=self.days)


def in_order(
    seconds: NDArray[np.float64], card: Ints, terminal: Ints, amount: NDArray[np.float64],
    fraud: NDArray[np.bool_],
) -> Transactions:  # fmt: skip
    """The payments in their order; `seconds` since Thursday, 1 January 1970."""
    whole = np.floor(seconds / DAY).astype(np.int64)
    start = int(whole.min() + 3) % 7
    of_day = (seconds - whole * DAY).astype(np.int32)
    day = whole - whole.min() + start
    order = np.lexsort((of_day, card, day))
    return Transactions(
        day[order], of_day[order], card[order], terminal[order], amount[order], fraud[order],
        int(card.max()) + 1, int(terminal.max()) + 1, start, int(day.max()) - start + 1,
    )  # fmt: skip


@dataclass(frozen=True)
class Table:
    """The payments of a file, and the name of each card."""

    payments: Transactions
    cards: tuple[str, ...]


def checked(
    frame: pd.DataFrame, file: str | Path, names: Columns, fraud: Any, faults: Sequence[str]
) -> Table:
    """The payments, or DataError with all that stands in the way (`faults` are told with it)."""
    here: list[str] = []
    card = column(frame, "card", names.card, here)
    terminal = column(frame, "terminal", names.terminal, here)
    when = column(frame, "time", names.time, here)
    seconds = None if when is None else times(when, "time", here)
    amount = _amounts(frame, names.amount, here)
    told: list[str] = []
    good = good_rows(frame, names.label, fraud, told)
    here += [fault.replace("bad = ", "fraud = ", 1) for fault in told]
    table, given = None, (card, terminal, seconds, amount, good)
    if not here and all(part is not None for part in given):
        table = _table(*given)
        here += _size_faults(table.payments)
    found = [*(f"{file}: {fault}" for fault in here), *faults]
    if found or table is None:
        raise DataError("\n".join(found))
    return table


def _table(card: Any, terminal: Any, seconds: Any, amount: Any, good: Any) -> Table:
    cards, places = coded(card), coded(terminal)
    return Table(in_order(seconds, cards[0], places[0], amount, good == 0), cards[1])


def _amounts(frame: pd.DataFrame, name: str, faults: list[str]) -> NDArray[np.float64] | None:
    values = column(frame, "amount", name, faults)
    made = None if values is None else numbers(values, "amount", faults)
    if made is not None and (made.min() < 0 or made.max() > MOST):
        row = int(np.flatnonzero((made < 0) | (made > MOST))[0])
        faults.append(
            f"amount {name!r}, row {row + 1} = {made[row]:g}: must be from 0 to {MOST:,.0f}; leave "
            "refunds out"
        )
    return made


def _size_faults(made: Transactions) -> list[str]:
    there = {
        "payments": len(made),
        "cards": made.cards,
        "terminals": made.terminals,
        "days": made.days,
        "frauds": int(made.fraud.sum()),
    }
    return [
        f"{there[what]:,} {what}; at least {fewest:,} are needed to fit the world"
        for what, fewest in FEWEST.items()
        if there[what] < fewest
    ]
