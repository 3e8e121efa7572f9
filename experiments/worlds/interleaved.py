"""A ranked list with new items dealt into it at random: Chaney, Stewart and Engelhardt (2018).

Only `loopsim`'s public interfaces are used: `SlatePolicy` and `registry.add`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.environments.base import Money
from loopsim.errors import InputError
from loopsim.policies.ranking.settings import SlateKind
from loopsim.registry import add
from loopsim.slates import Slates, Visits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class InterleavedPolicy:
    """The top of a ranked list into which new items are dealt, each at any place alike.

    The list holds all that a visitor may be shown. What was born in this round is in no ranking
    yet: its places among all places of the list are drawn by lot, and the others are filled in
    order of score; of equals, in an order that is the same for all. So place j goes to each new
    item that is left with probability 1/(length − j). In the first `startup` rounds the whole list
    is in random order. With ``whole`` a slate is the whole list, however long.

    Parameters
    ----------
    k, startup : int
    whole : bool
    name : str
    """

    k: int
    startup: int = 0
    whole: bool = False
    name: str = "interleaved"

    def decide(self, cases: Cases, draws: Draws) -> Slates:
        """See `SlatePolicy.decide`."""
        visits: Visits = cases.features
        allowed = _allowed(visits)
        length = allowed.sum(axis=1)
        k = int(length.min(initial=len(visits.catalogue))) if self.whole else self.k
        if length.min(initial=k) < k:
            raise InputError(f"policy.k = {k}: only {length.min()} items are left to show")
        by_lot = visits.catalogue.born == cases.round
        if cases.round < self.startup:
            by_lot = np.ones_like(by_lot)
        scores = np.asarray(cases.scores.block(slice(0, len(cases))))
        ranked = _ranked(np.where(allowed & ~by_lot, scores, -np.inf), draws)
        dealt, fresh = _dealt(allowed & by_lot, cases, draws)
        items, chances = _interleaved(ranked, dealt, length, fresh, cases, draws, k)
        shown = np.take_along_axis(scores, items, axis=1)
        return Slates(items, cases.scores.believed(shown), chances)


def _allowed(visits: Visits) -> NDArray[np.bool_]:
    """(n, m) what each visitor may be shown; a filler of -1 falls into a column too many."""
    allowed = np.ones((len(visits), len(visits.catalogue) + 1), dtype=bool)
    np.put_along_axis(allowed, visits.exclude, False, axis=1)
    return np.asarray(allowed[:, :-1] & visits.catalogue.available)


def _ranked(scores: Floats, draws: Draws) -> Ints:
    """(n, m) items in order of score; of equals, in the order of lots that are the items' own."""
    order = np.argsort(draws.uniform(Stream.EXPLORE, -1, np.arange(scores.shape[1]), k=2))
    return order[np.argsort(-scores[:, order], axis=1, kind="stable")]


def _lots(cases: Cases, columns: Ints, draws: Draws, k: int) -> Floats:
    pairs = (cases.ids[:, None] << 24) + columns
    return draws.uniform(Stream.EXPLORE, cases.round, pairs.ravel(), k).reshape(pairs.shape)


def _dealt(fresh: NDArray[np.bool_], cases: Cases, draws: Draws) -> tuple[Ints, Ints]:
    """Each visitor's fresh items in random order, then any others; and how many there are."""
    columns = np.flatnonzero(fresh.any(axis=0))
    lots = np.where(fresh[:, columns], _lots(cases, columns, draws, 0), 2.0)
    return columns[np.argsort(lots, axis=1)], fresh.sum(axis=1)


def _interleaved(
    ranked: Ints, dealt: Ints, length: Ints, fresh: Ints, cases: Cases, draws: Draws, k: int
) -> tuple[Ints, Floats]:
    """(n, k) the top of each list, and the propensities of what is in each place."""
    place = np.arange(ranked.shape[1])
    lots = np.where(place < length[:, None], _lots(cases, place, draws, 1), 2.0)
    new = np.zeros(lots.shape, dtype=bool)
    np.put_along_axis(new, np.argsort(lots, axis=1), place < fresh[:, None], axis=1)
    used, new, place = (np.cumsum(new, axis=1) - new)[:, :k], new[:, :k], place[:k]
    items = np.take_along_axis(ranked, place - used, axis=1)
    if dealt.shape[1]:
        some = np.take_along_axis(dealt, np.minimum(used, dealt.shape[1] - 1), axis=1)
        items = np.where(new, some, items)
    left, waiting = length[:, None] - place, fresh[:, None] - used
    return items, np.where(new, 1.0, left - waiting) / left


@partial(add, "policy")
class Interleaved(SlateKind):
    """A ranked list, new items dealt into it at random; its top k are shown, or all of it."""

    kind: Literal["interleaved"] = "interleaved"
    startup: int = Field(0, ge=0, description="rounds in which the whole list is random")
    whole: bool = Field(False, description="show all of the list, and not its top k")

    def build(self, money: Money, groups: tuple[str, ...]) -> InterleavedPolicy:  # type: ignore[override]
        """The policy."""
        return InterleavedPolicy(self.k, self.startup, self.whole)
