"""The payments of a day, as columns by customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.fraud import kernels
from loopsim.environments.fraud.people import mules, since
from loopsim.parts import in_parts
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.fraud.settings import Fraud

Ints = NDArray[np.int64]


@dataclass
class Payments:
    """Payments by customer; equal-length columns.

    Attributes
    ----------
    rows, k : (n,) int64
        The customer, and the payment's number among those of the customer's day (from 200 on: a
        ring's, with the customer's card).
    terminal, cents, seconds : (n,) int32
        Where, how much, and when in the day.
    kind : (n,) int8
        What it is (`kernels.OWN` and so on).
    """

    rows: Ints
    k: Ints
    terminal: NDArray[np.int32]
    cents: NDArray[np.int32]
    seconds: NDArray[np.int32]
    kind: NDArray[np.int8]

    def __len__(self) -> int:
        return int(self.rows.size)

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All six."""
        return self.rows, self.k, self.terminal, self.cents, self.seconds, self.kind

    @staticmethod
    def empty(rows: Ints, k: Ints) -> Payments:
        """Room for the payments `k` of `rows`."""
        terminal, cents, seconds = (np.empty(rows.size, np.int32) for _ in range(3))
        return Payments(rows, k, terminal, cents, seconds, np.empty(rows.size, np.int8))

    def __getitem__(self, which: NDArray[Any]) -> Payments:
        """Those at a mask or an index."""
        return Payments(*(column[which] for column in self.columns))

    def with_(self, keep: NDArray[np.bool_], extra: Payments) -> Payments:
        """Those to keep, and some more (their rows ascend as well)."""
        kept = int(np.count_nonzero(keep))
        if kept == len(self) and len(extra) == 0:
            return self
        n = kept + len(extra)
        out = Payments.empty(np.empty(n, np.int64), np.empty(n, np.int64))
        kernels.merge(self.columns, keep, extra.columns, out.columns)
        return out


@dataclass
class Threats:
    """Since when terminals are skimmed, card numbers stolen and customers scammed, on a day."""

    skimmed: NDArray[np.int32]
    stolen: NDArray[np.int32]
    scam: NDArray[np.int32]

    @staticmethod
    def of(settings: Fraud, draws: Draws, t: int, n: int, m: int) -> Threats:
        """As the criminals' own plans have it, whatever anybody caught."""
        return Threats(
            since(draws, t, m, settings.skimmed, settings.skimmed_days, k=1),
            since(draws, t, n, settings.stolen, settings.stolen_days, k=2),
            since(draws, t, n, settings.scams, settings.scam_days, k=3),
        )


def expected(people: Population, draws: Draws, t: int) -> tuple[Ints, Ints]:
    """Rows and running numbers of everybody's own payments of day t."""
    counts = np.empty(len(people), np.int32)
    keys, rate = draws.keys(Stream.ARRIVAL, t), people["rate"]
    in_parts(counts.size, lambda at: kernels.numbers(people.ids[at], rate[at], *keys, counts[at]))
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if ends.size else 0
    rows, k = np.empty(total, np.int64), np.empty(total, np.int64)

    def part(at: slice) -> None:
        start = int(ends[at.start - 1]) if at.start else 0
        kernels.expand(counts, at.start, at.stop, start, rows, k)

    in_parts(counts.size, part)
    return rows, k


def payments(
    settings: Fraud, people: Population, draws: Draws, t: int, rows: Ints, k: Ints, threats: Threats
) -> Payments:
    """What the payments `k` of `rows` on day t are; a function of customer, day and number."""
    out = Payments.empty(rows, k)
    keys = tuple(draws.keys(Stream.FEATURE, t, k=part) for part in range(5))
    world = people.world
    places = world["terminal_xy"], world["cell"]
    customers = people.ids, people["x"], people["y"], people["mean"], people["spread"]
    law = (settings.radius, settings.large)
    collect = mules(draws, t, len(places[0]))
    befell = threats.stolen, threats.scam, threats.skimmed

    def part(at: slice) -> None:
        filled = (out.terminal[at], out.cents[at], out.seconds[at], out.kind[at])
        kernels.fill(
            rows[at], k[at], *customers, t, keys, law, places, *befell, collect, *filled
        )  # fmt: skip

    in_parts(rows.size, part)
    return out
