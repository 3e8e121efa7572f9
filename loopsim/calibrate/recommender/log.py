"""Who met which item, when, and what came of it: an interaction file, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.log_columns import coded, column, numbers, times
from loopsim.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FEWEST = {"interactions": 1000, "users": 50, "items": 30}
PLACES = 50  # more places than this on a slate are refused
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """What the columns of the file are called; None where there is none."""

    user: str
    item: str
    time: str
    rating: str | None = None
    click: str | None = None
    position: str | None = None


@dataclass(frozen=True)
class Log:
    """Rows in the order of time.

    Attributes
    ----------
    user, item : (n,) int64
        Indices into `users` and `items`.
    good : (n,) bool
        Whether the item was consumed: clicked, or, in a file without clicks, every row.
    rating : (n,) float64 or None
    place : (n,) int64 or None
        Place on the slate from 0 up.
    """

    user: NDArray[np.int64]
    item: NDArray[np.int64]
    good: Bools
    rating: NDArray[np.float64] | None
    place: NDArray[np.int64] | None
    users: tuple[str, ...]
    items: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.user)

    @property
    def clicks(self) -> bool:
        """Whether it also has impressions that nobody clicked."""
        return not bool(self.good.all())

    def matrix(self, rows: Bools) -> Any:
        """(users, items) sparse weights of what was consumed in some rows.

        A pair counts once, with its mean rating over that of all.
        """
        from scipy import sparse

        rows = rows & self.good
        pair, at = np.unique(
            self.user[rows] * len(self.items) + self.item[rows], return_inverse=True
        )
        weight = np.ones(pair.size)
        if self.rating is not None:
            rating = self.rating[rows] / max(self.rating[self.good].mean(), 1e-12)
            weight = np.bincount(at, rating) / np.bincount(at)
        shape = len(self.users), len(self.items)
        where = np.divmod(pair, shape[1])
        return sparse.csr_array((np.maximum(weight, 0.05).astype(np.float32), where), shape=shape)


def checked(frame: pd.DataFrame, file: str | Path, names: Columns, faults: Sequence[str]) -> Log:
    """The log, or DataError with all that stands in its way (`faults` are told with the rest)."""
    here: list[str] = []
    user = column(frame, "user", names.user, here)
    item = column(frame, "item", names.item, here)
    when = column(frame, "time", names.time, here)
    time = None if when is None else times(when, "time", here)
    good, rating = _reactions(frame, names, here)
    place = _places(frame, names, here)
    if not here and user is not None and item is not None and time is not None:
        order = np.argsort(time, kind="stable")
        users, items = coded(user.iloc[order]), coded(item.iloc[order])
        rating = None if rating is None else rating[order]
        place = None if place is None else place[order]
        log = Log(users[0], items[0], good[order], rating, place, users[1], items[1])
        here += _size_faults(log)
    found = [*(f"{file}: {fault}" for fault in here), *faults]
    if found:
        raise DataError("\n".join(found))
    return log


def _reactions(
    frame: pd.DataFrame, names: Columns, faults: list[str]
) -> tuple[Bools, NDArray[np.float64] | None]:
    """Which rows were consumed, and ratings."""
    everything = np.ones(len(frame), dtype=np.bool_)
    if names.rating is not None and names.click is not None:
        faults.append(f"rating {names.rating!r} and click {names.click!r}: only one can be used")
        return everything, None
    option, name = ("click", names.click) if names.click else ("rating", names.rating)
    values = None if name is None else column(frame, option, name, faults)
    made = None if values is None else numbers(values, option, faults)
    if made is None:
        return everything, None
    known = np.unique(made)
    if option == "rating":
        if known[0] < 0:
            faults.append(f"rating {name!r}: {known[0]:g} is below 0; ratings are 0 or more")
        return everything, made
    if not set(known) <= {0.0, 1.0}:
        odd = next(x for x in known if x not in (0.0, 1.0))
        faults.append(f"click {name!r}: {odd:g} is not 0 or 1; a rating goes to rating")
    return made == 1.0, None


def _places(frame: pd.DataFrame, names: Columns, faults: list[str]) -> NDArray[np.int64] | None:
    if names.position is None:
        return None
    if names.click is None:
        faults.append(
            f"position {names.position!r}: needs click: what was shown and not clicked tells how "
            "much attention a place gets"
        )
    values = column(frame, "position", names.position, faults)
    made = None if values is None else numbers(values, "position", faults)
    if made is None:
        return None
    lowest, highest = made.min(), made.max()
    if np.any(made != np.floor(made)) or lowest not in (0.0, 1.0) or highest - lowest >= PLACES:
        faults.append(
            f"position {names.position!r}: {lowest:g} to {highest:g}; must be whole numbers from 0 "
            f"or 1 up, at most {PLACES} of them"
        )
    return (made - lowest).astype(np.int64)


def _size_faults(log: Log) -> list[str]:
    there = {
        "interactions": int(log.good.sum()),
        "users": len(np.unique(log.user[log.good])),
        "items": len(np.unique(log.item[log.good])),
    }
    return [
        f"{there[what]} {what}; at least {fewest} are needed to fit tastes"
        for what, fewest in FEWEST.items()
        if there[what] < fewest
    ]
