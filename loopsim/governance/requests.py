"""Requests to be erased: rows with a due round, as everything that waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Requests, equal-length columns: who, of which group, asked and due in which round."""

    person: Ints
    group: Ints
    asked: Ints
    due: Ints

    def __len__(self) -> int:
        return int(self.person.size)

    def take(self, which: Any) -> Table:
        """The requests at an index or mask."""
        return Table(*(getattr(self, f.name)[which] for f in fields(self)))

    def with_(self, other: Table) -> Table:
        """These and those."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Table(*map(np.concatenate, pairs))


@dataclass(frozen=True)
class Habits:
    """Who asks, and how long it takes.

    Attributes
    ----------
    ask, refused : (groups,) float64 arrays
        Chance of asking after a decision, and after a no.
    delay : int
        Mean rounds until it can be carried out, at least 1.
    geometric : bool
        Whether these rounds differ by the geometric law, and not at all.
    deadline : int or None
        Rounds after which a request that waits is overdue.
    """

    ask: Floats
    refused: Floats
    delay: int = 1
    geometric: bool = False
    deadline: int | None = None


class Requests:
    """Those that wait. Who waits already is not counted again."""

    def __init__(self, habits: Habits, draws: Draws) -> None:
        self.habits, self.draws = habits, draws
        self.waiting = Table(*(np.empty(0, np.int64) for _ in fields(Table)))

    def ask(self, t: int, people: Ints, group: NDArray[Any], no: NDArray[np.bool_]) -> Table:
        """The requests that one round's decisions bring; they wait from now on.

        Parameters
        ----------
        people, group, no : (n,) arrays
            Of each decision: whom it was about, the group, and whether the answer was no. Who was
            decided about more than once asks once at most, with the highest of the chances.
        """
        chance = np.where(no, self.habits.refused[group], self.habits.ask[group])
        who, first, back = np.unique(people, return_index=True, return_inverse=True)
        most = np.zeros(who.size)
        np.maximum.at(most, back, chance)
        asks = self.draws.uniform(Stream.ERASURE, t, who) < most
        asks &= ~np.isin(who, self.waiting.person)
        who = who[asks]
        of = group[first[asks]].astype(np.int64)
        made = Table(who, of, np.full(who.size, t), t + self._rounds(t, who))
        self.waiting = self.waiting.with_(made)
        return made

    def _rounds(self, t: int, who: Ints) -> Ints:
        """(n,) from the request to the round in which it can be carried out."""
        if not self.habits.geometric:
            return np.full(who.size, self.habits.delay)
        return geometric(self.draws.uniform(Stream.ERASURE, t, who, k=1), self.habits.delay)

    def due(self, t: int) -> Table:
        """Those to be carried out by round t; they wait no longer."""
        due = self.waiting.due <= t
        done, self.waiting = self.waiting.take(due), self.waiting.take(~due)
        return done

    def late(self, table: Table, t: int) -> NDArray[np.bool_]:
        """(n,) whether these requests are beyond the deadline in round t."""
        if self.habits.deadline is None:
            return np.zeros(len(table), np.bool_)
        return t - table.asked > self.habits.deadline

    def receipts(self, table: Table) -> list[str]:
        """What each was told when they asked: a keyed token that says nothing of who they are."""
        return sorted(
            f"{int(u * 2**52):013x}"
            for t in np.unique(table.asked)
            for u in self.draws.uniform(Stream.ERASURE, int(t), table.person[table.asked == t], k=2)
        )

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {f"request.{f.name}": getattr(self.waiting, f.name) for f in fields(Table)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self.waiting = Table(*(state[f"request.{f.name}"] for f in fields(Table)))


def geometric(u: Floats, mean: float) -> Ints:
    """(n,) 1, 2, ... by the geometric law of this mean: the inverse of 1 - (1 - 1/mean)^k.

    >>> geometric(np.array([0.2, 0.5, 0.6, 0.9]), 2.0), geometric(np.array([0.9]), 1.0)
    (array([1, 1, 2, 4]), array([1]))
    """
    if mean <= 1.0:
        return np.ones(u.size, np.int64)
    found = np.ceil(np.log1p(-u) / np.log1p(-1.0 / mean))
    return np.maximum(found, 1.0).astype(np.int64)
