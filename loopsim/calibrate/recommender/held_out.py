"""Does the law know what comes next? Later rows that it has not seen, beside two controls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.recommender.law import (
    LATE,
    Law,
    blocks,
    fit_law,
    late_rows,
    liked,
    some_users,
)
from loopsim.calibrate.recommender.log import Log
from loopsim.calibrate.recommender.stars import StarsFound, found, stars_of
from loopsim.draws import Draws, Stream

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEWEST = 100  # held-out ratings that a figure needs
NEAR, FAR = 10, 50  # lengths of the lists in which what came next is looked for


@dataclass(frozen=True)
class Ranker:
    """AUC over items that the user had not had, recall in the first 10 and 50; means of users."""

    auc: float
    recall_10: float
    recall_50: float


@dataclass(frozen=True)
class HeldOut:
    """One split by time.

    Attributes
    ----------
    pairs, users : int
        What was looked for: new items of users who have a past.
    lost : int
        Consumed rows without a past of the user or of the item: nobody can rank them.
    shown_auc : float or None
        AUC of the law over held-out impressions, clicked or not.
    stars : StarsFound or None
        The law of stars on held-out ratings of users and items with a past.
    by_user : (n, 2) float64
        Users and their AUC by the law.
    """

    name: str
    pairs: int
    users: int
    lost: int
    law: Ranker
    popularity: Ranker
    random: Ranker
    shown_auc: float | None
    stars: StarsFound | None
    by_user: Floats

    def rankers(self) -> list[tuple[str, Ranker]]:
        """By name."""
        return [("law", self.law), ("popularity", self.popularity), ("random", self.random)]


def splits(log: Log) -> dict[str, Bools]:
    """(n,) rows that are held out, by the name of the split."""
    calendar = np.arange(len(log)) >= len(log) - int(LATE * len(log))
    everything = np.ones(len(log), dtype=np.bool_)
    return {
        "each user's last fifth": late_rows(log, everything),
        "the last fifth of the calendar": calendar,
    }


def held_out(log: Log, name: str, late: Bools, factors: int, draws: Draws) -> HeldOut:
    """Fit on what is not late, and look for what is."""
    early = ~late
    law = fit_law(log, early, factors, draws)
    past, new = log.matrix(early), log.matrix(late)
    known = np.flatnonzero(np.diff(past.indptr))
    items = np.bincount(past.indices, minlength=len(log.items)) > 0
    consumed = late & log.good
    lost = ~(np.isin(log.user, known) & items[log.item]) & consumed
    there = known[np.diff(new.indptr)[known] > 0]
    users = some_users(there, len(log.items), draws, k=9)
    popular, figures = liked(log, early), []
    for at in blocks(users, len(log.items)):
        pairs = at[:, None] * items.size + np.arange(items.size)
        chance = draws.uniform(Stream.FIT, -1, pairs.ravel(), k=10).reshape(pairs.shape)
        worths = law.scores(at), np.tile(popular, (at.size, 1)), chance
        for i, user in enumerate(at):
            open_ = items.copy()
            open_[past[[user]].indices] = False
            wanted = np.zeros(items.size, dtype=np.bool_)
            wanted[new[[user]].indices] = True
            wanted &= open_
            if wanted.any() and not wanted[open_].all():
                ranked = [_ranked(worth[i][open_], wanted[open_]) for worth in worths]
                figures.append([float(user), float(wanted.sum()), *np.concatenate(ranked)])
    made = np.array(figures).reshape(-1, 11)
    rankers = [Ranker(*map(float, made[:, 2 + 3 * j : 5 + 3 * j].mean(axis=0))) for j in range(3)]
    shown = _shown_auc(law, log, late & np.isin(log.user, known))
    by_user = made[:, [0, 2]]
    return HeldOut(
        name,
        int(made[:, 1].sum()),
        len(made),
        int(lost.sum()),
        rankers[0],
        rankers[1],
        rankers[2],
        shown,
        _stars(law, log, early, consumed & np.isin(log.user, known) & items[log.item]),
        by_user,
    )


def _ranked(worth: Floats, wanted: Bools) -> Floats:
    """AUC, and recall in the first 10 and 50."""
    others = np.sort(worth[~wanted])
    mine = worth[wanted]
    below = np.searchsorted(others, mine) + np.searchsorted(others, mine, side="right")
    order = np.argsort(-worth, kind="stable")
    recall = [wanted[order[:k]].sum() / wanted.sum() for k in (NEAR, FAR)]
    return np.array([(below / 2.0 / others.size).mean(), *recall])


def _stars(law: Law, log: Log, early: Bools, rows: Bools) -> StarsFound | None:
    """Ratings of some rows, by a law that has not seen them; None where there are too few."""
    stars, at = stars_of(log), np.flatnonzero(rows)
    if law.stars is None or stars is None or at.size < FEWEST:
        return None
    return found(law.stars, stars[early], law.value(log.user[at], log.item[at]), stars[at])


def _shown_auc(law: Law, log: Log, rows: Bools) -> float | None:
    """AUC over impressions; None where there are only consumed rows."""
    if not log.clicks or len(np.unique(log.good[rows])) < 2:
        return None
    from sklearn.metrics import roc_auc_score

    at = np.flatnonzero(rows)
    worth = law.value(log.user[at], log.item[at])
    if law.position is not None and log.place is not None:
        worth = worth + np.log(law.position[log.place[at]])
    return float(roc_auc_score(log.good[at], worth))
