"""Learning to defer to one reviewer rather than to the team, from the log alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.draws import Draws
from loopsim.oversight.base import ADJUDICATION, NOBODY, Floats, Ints, Reviews, Team
from loopsim.oversight.routes.defer import PATIENCE, DeferRoute

WRONG, ALL = 0, 1


class DeferToEach(DeferRoute):
    """Cases in which the advice is likelier to be wrong than the reviewer who would get them.

    What is known of a reviewer is the share of their own answers that outcomes proved wrong, apart
    for cases with a yes and with a no as advice: a skill may be one-sided. Each rate is shrunk
    towards the reviewer's overall one, and that towards the team's, by `weight` answers' worth;
    fewer judged answers than `minimum` leave a reviewer with the team's rate. A look that a third
    reviewer decided against counts `adjudicated` of an answer proved wrong, at once.

    Cases are dealt out from the one that gains most, each to the reviewer with the lowest expected
    error who still has room (of equal ones to the one with most room left); a case that nobody
    with room left would decide better than the model keeps the advice. Deferral to one of several
    experts within their capacity, after Keswani, Lease and Kenthapadi (2021); greedy, not optimal.
    A reviewer who gets no cases teaches nothing more about themselves.

    Parameters
    ----------
    error : float in (0, 1)
    weight : float
    minimum : int
    adjudicated : float in [0, 1]
    """

    def __init__(self, error: float, weight: float, minimum: int, adjudicated: float) -> None:
        super().__init__(error, weight)
        self.weight, self.minimum, self.adjudicated = weight, minimum, adjudicated
        self.own = np.zeros((0, 2, 2))  # reviewer, advice, (wrong, all)
        self.looks = np.empty((0, 4), np.int64)  # prediction, reviewer, answer, advice

    def errors(self, reviewers: int) -> Floats:
        """(reviewers, 2) expected share of wrong answers, where the advice is no and yes."""
        own = self._grown(reviewers)
        of_all = own.sum(axis=1)
        mean = (of_all[:, WRONG] + self.weight * self.error) / (of_all[:, ALL] + self.weight)
        side = (own[..., WRONG] + self.weight * mean[:, None]) / (own[..., ALL] + self.weight)
        return np.where((of_all[:, ALL] < self.minimum)[:, None], self.error, side)

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`: priority is how much likelier the advice is wrong than the best is."""
        wrong = np.where(cases.actions == 1, 1.0 - cases.scores, cases.scores)
        best = self.errors(max(len(self.own), 1)).min(axis=0)[cases.actions]
        return np.where(wrong > best, wrong - best, np.nan)

    def assign(self, cases: Cases, at: Ints, room: Ints) -> Team:
        """(m,) the reviewer who is to have each case, `NOBODY` where the advice is to stand.

        Parameters
        ----------
        at : (m,) int64 array
            Positions of the cases that are sent.
        room : (r,) int64 array
            Cases that each reviewer can take up today.
        """
        error, left = self.errors(room.size), room.astype(np.float64)
        advice, score = cases.actions[at], cases.scores[at]
        wrong = np.where(advice == 1, 1.0 - score, score)
        to = np.full(at.size, NOBODY, np.int16)
        for i in np.argsort(-(wrong - error.min(axis=0)[advice]), kind="stable"):
            full = np.where(left > 0, 0.0, np.inf)
            who = int(np.argmin(error[:, advice[i]] + full - 1e-9 * left / (room + 1.0)))
            if not left[who] > 0:
                break
            if wrong[i] > error[who, advice[i]]:
                to[i] = who
                left[who] -= 1
        return to

    def see_reviews(self, cases: Cases, reviews: Reviews) -> None:
        """Every look is remembered until its outcome comes; adjudicated ones count at once."""
        super().see_reviews(cases, reviews)
        rows = reviews.rows()
        seen = np.flatnonzero(rows.reviewer != NOBODY)
        at, who, answer = rows.at[seen], rows.reviewer[seen].astype(np.int64), rows.action[seen]
        advice = cases.actions[at]
        new = np.stack([cases.prediction_id[at], who, answer, advice], axis=1)
        self.looks = np.concatenate([self.looks, new.astype(np.int64)])
        if self.adjudicated > 0.0:
            third = np.isin(at, rows.at[rows.stage == ADJUDICATION])
            judged = third & (rows.stage[seen] < ADJUDICATION)
            lost = (answer != rows.final[seen])[judged]
            self._count(who[judged], advice[judged], lost, self.adjudicated)

    def see_labels(self, t: int, batch: Any) -> None:
        """Outcomes that came in: whose own answer was right?"""
        super().see_labels(t, batch)
        outcome = np.flatnonzero(batch.kind == 0)
        ids = batch.prediction_id[outcome]
        order = np.argsort(ids, kind="stable")
        place = np.searchsorted(ids[order], self.looks[:, 0])
        known = np.zeros(len(self.looks), np.bool_)
        inside = np.flatnonzero(place < ids.size)
        known[inside] = ids[order][place[inside]] == self.looks[inside, 0]
        judged, label = self.looks[known], batch.label[outcome][order][place[known]]
        self._count(judged[:, 1], judged[:, 3], judged[:, 2] != label, 1.0)
        recent = self.looks[:, 0] >> ENTITY_BITS > t - PATIENCE
        self.looks = self.looks[~known & recent]

    def _count(self, who: Ints, advice: NDArray[Any], wrong: NDArray[Any], worth: float) -> None:
        if who.size:
            self.own = self._grown(int(who.max()) + 1)
            cell, size = 2 * who + advice, 2 * len(self.own)
            counts = [np.bincount(cell, worth * w, size) for w in (wrong, np.ones(who.size))]
            self.own = self.own + np.stack(counts, axis=-1).reshape(self.own.shape)

    def _grown(self, reviewers: int) -> Floats:
        more = max(reviewers - len(self.own), 0)
        return np.concatenate([self.own, np.zeros((more, 2, 2))])

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return super().state() | {"own": self.own, "looks": self.looks}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        super().restore(state)
        self.own, self.looks = state["own"], state["looks"]
