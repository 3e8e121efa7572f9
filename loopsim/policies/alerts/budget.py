"""A stated number of cards is stopped: those with the lowest scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.kernels import compiled
from loopsim.policies.base import Decision

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class AlertBudgetPolicy:
    """No to the lowest case of each of the cards with the lowest scores, yes to all others.

    A card is an entity that may have several cases in a round (``cases.rows``); its score is its
    lowest. Of m cards with equal scores that compete for the last r alerts, keyed uniforms choose,
    and so they do among c equally low cases of a card: such a case is stopped with probability
    r/m · 1/c, and that is what is logged.

    Parameters
    ----------
    cards : int
        Alerts in a round.
    whole : bool
        Whether an alert stops all of the card's cases.
    name : str

    Examples
    --------
    >>> rows, scores = np.array([0, 0, 1, 2]), np.array([0.1, 0.9, 0.3, 0.8])
    >>> cases = Cases(0, rows, np.arange(4), np.zeros(4, np.int8), scores=scores)
    >>> AlertBudgetPolicy(2).decide(cases, Draws(0))[0]
    array([0, 1, 0, 1], dtype=int8)
    >>> AlertBudgetPolicy(2, whole=True).decide(cases, Draws(0))[0]
    array([0, 0, 0, 1], dtype=int8)
    """

    cards: int
    whole: bool = False
    name: str = "alert-budget"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`. One selection among the cards finds the limit: no sort."""
        n = len(cases)
        actions, propensities = np.ones(n, np.int8), np.ones(n)
        if n == 0 or self.cards == 0:
            return actions, propensities
        rows, scores, ids = cases.rows, cases.scores, cases.ids
        order = None if (rows[1:] >= rows[:-1]).all() else np.argsort(rows, kind="stable")
        if order is not None:  # each card's cases stand together
            rows, scores, ids = rows[order], scores[order], ids[order]
        lowest, first = np.empty(n), np.empty(n, np.int64)
        cards = _cards(rows, scores, lowest, first)
        lowest, first = lowest[:cards], np.append(first[:cards], n)
        chance, chosen = self._alerts(lowest, first, ids, cases.round, draws)
        near, card = self._near(scores, first, lowest, chance)
        u = draws.uniform(Stream.TIE, cases.round, ids[near])
        share, best = np.ones(cards), np.ones(cards)
        if not self.whole:
            share = 1.0 / np.maximum(np.bincount(card, minlength=cards), 1)
            np.minimum.at(best, card, u)
        stopped = chosen[card] & (u <= best[card])
        probability = chance[card] * share[card]
        at = near if order is None else order[near]
        actions[at] = ~stopped
        propensities[at] = np.where(stopped, probability, 1.0 - probability)
        return actions, propensities

    def _alerts(
        self, lowest: Floats, first: Ints, ids: Ints, t: int, draws: Draws
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Each card's chance of an alert, and whether it gets one."""
        places = min(self.cards, lowest.size)
        limit = np.partition(lowest, places - 1)[places - 1]
        chosen, tied = lowest < limit, np.flatnonzero(lowest == limit)
        chance = chosen.astype(np.float64)
        left = places - int(np.count_nonzero(chosen))
        chance[tied] = left / tied.size
        if left < tied.size:
            # Keyed by a card's lowest id: in whatever order its cases come, it is the same.
            keys = np.minimum.reduceat(ids, first[:-1])[tied]
            u = draws.uniform(Stream.TIE, t, keys, k=1)
            tied = tied[np.argpartition(u, left)[:left]]
        chosen[tied] = True
        return chance, chosen

    def _near(
        self, scores: Floats, first: Ints, lowest: Floats, chance: Floats
    ) -> tuple[Ints, Ints]:
        """Cases that may be stopped, and the card of each."""
        if self.whole:
            near = np.flatnonzero(np.repeat(chance > 0.0, np.diff(first)))
        else:
            near = np.flatnonzero(scores <= lowest[chance > 0.0].max())
        card = np.searchsorted(first, near, side="right") - 1
        low = (chance[card] > 0.0) & (self.whole | (scores[near] == lowest[card]))
        return near[low], card[low]


@compiled
def _cards(rows: Ints, scores: Floats, lowest: Floats, first: Ints) -> int:
    """Each card's lowest score and first case; the number of cards."""
    at = -1
    for i in range(rows.size):
        if i == 0 or rows[i] != rows[i - 1]:
            at += 1
            lowest[at], first[at] = scores[i], i
        elif scores[i] < lowest[at]:
            lowest[at] = scores[i]
    return at + 1
