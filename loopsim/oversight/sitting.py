"""Sittings: what happens at the desk in one round, one kind of look after the other.

First looks come first; second ones, adjudication and appeals have what is left of the reviewers'
hours and room, in this order. Each starts when the look before it has ended at the soonest. They
are fitted in between: hours are counted, but not the minute at which somebody turns to which line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.oversight import roster
from loopsim.oversight.base import NO_ROOM, NOBODY, Codes, Floats, Folder, Ints, Reviewers, Team
from loopsim.oversight.queue import serve

if TYPE_CHECKING:
    from loopsim.oversight.settings import Desk

ARRIVE, SERVICE = -6, -10  # repeats k of the keyed draws; SERVICE less the stage


@dataclass
class Sitting:
    """One kind of look at some cases; columns of length m.

    `at` are positions in the round's cases; `who` is `NOBODY` where there was no room, and then
    `action` is the advice. `came` and `end` are hours of the round, `minutes` is the look's length.
    """

    stage: int
    at: Ints
    who: Team
    action: Codes
    reason: Codes
    cued: NDArray[np.bool_]
    came: Floats
    end: Floats
    minutes: Floats

    @property
    def looked(self) -> NDArray[np.bool_]:
        """(m,) whether anybody had room."""
        return self.who != NOBODY


class Day:
    """One round at the desk.

    Parameters
    ----------
    plan : Desk
        The settings.
    reviewers : Reviewers
    owed : (r,) float64 array
        Hours of writing that each has to catch up with first.
    hides : bool
        Whether answers are given before the score is shown.
    """

    def __init__(
        self, plan: Desk, reviewers: Reviewers, owed: Floats, hides: bool,
        cases: Cases, good: Codes, cued: NDArray[np.bool_], guide: Codes | None, draws: Draws,
    ) -> None:  # fmt: skip
        self.plan, self.reviewers, self.hides = plan, reviewers, hides
        self.cases, self.good, self.cued, self.guide, self.draws = cases, good, cued, guide, draws
        self.begin, self.end = roster.hours(plan, len(reviewers))
        self.on = np.minimum(self.begin + owed, self.end)
        self.hours = self.end - self.on  # left to work
        self.room = roster.room(plan, len(reviewers), cases.round, draws)
        self.sittings: list[Sitting] = []

    def arrivals(self, at: Ints) -> Floats:
        """(m,) hours at which cases reach the desk."""
        if self.plan.arrivals == "morning":
            return np.zeros(at.size)
        u = self.draws.uniform(Stream.REVIEW, self.cases.round, self.cases.ids[at], k=ARRIVE)
        return u * self.plan.hours

    def sit(
        self, stage: int, at: Ints, priority: Floats, since: Floats, came: Floats,
        barred: tuple[Team, ...] = (), keep: float = 0.0, to: Team | None = None,
    ) -> Sitting:  # fmt: skip
        """Look at the cases `at`, which are ready at the hours `since`.

        `barred` have seen a case before: whoever it would fall to among them swaps with the next
        colleague on duty. `keep` is the share of hours and room left for later sittings. `to` says
        who is to have which case, each with a line of their own; None: one line for all.
        """
        minutes = self._minutes(stage, at)
        room = self.room - np.ceil(keep * self.room).astype(np.int64)
        budget = self.hours - keep * (self.end - self.begin)
        late = np.inf if self.plan.deadline is None else self.plan.deadline
        hours = minutes / 60.0
        if to is None:
            taken, start = serve(since, priority, hours, self.on, self.end, room, budget, late)
        else:
            taken, start = self._own_lines(to, since, priority, hours, room, budget, late)
        seen = np.flatnonzero(taken != NOBODY)
        end = start + minutes / 60.0
        np.subtract.at(self.hours, taken[seen], minutes[seen] / 60.0)
        np.subtract.at(self.room, taken[seen], 1)
        who = self._others(taken, start, barred)
        seen = np.flatnonzero(who != NOBODY)
        sitting = self._unseen(stage, at, who, minutes, came, end)
        if seen.size:
            folder = self._folder(at[seen], start[seen] - self.begin[who[seen]])
            answers = self.reviewers.review(folder, who[seen], self.draws)
            sitting.action[seen], sitting.reason[seen] = answers
        self.sittings.append(sitting)
        return sitting

    def places(self, keep: float) -> Ints:
        """(r,) cases that each reviewer can be expected to take up, `keep` left for later."""
        hours = np.maximum(self.hours - keep * (self.end - self.begin), 0.0)
        by_time = np.floor(hours * 60.0 / self.plan.service.minutes).astype(np.int64)
        return np.minimum(self.room - np.ceil(keep * self.room).astype(np.int64), by_time)

    def _own_lines(
        self, to: Team, since: Floats, priority: Floats, hours: Floats, room: Ints,
        budget: Floats, late: float,
    ) -> tuple[Team, Floats]:  # fmt: skip
        """Everybody serves their own line; who is in none is left."""
        taken, start = np.full(to.size, NOBODY, np.int16), np.full(to.size, np.nan)
        for r in range(len(self.reviewers)):
            mine, one = np.flatnonzero(to == r), slice(r, r + 1)
            if mine.size:
                who, start[mine] = serve(
                    since[mine], priority[mine], hours[mine], self.on[one], self.end[one],
                    room[one], budget[one], late,
                )  # fmt: skip
                taken[mine] = np.where(who == NOBODY, NOBODY, r)
        return taken, start

    def _folder(self, at: Ints, hours: Floats) -> Folder:
        shown = np.zeros_like(self.cued) if self.hides else self.cued
        guide = None if self.guide is None else self.guide[at]
        return Folder.of(self.cases, at, self.good, shown, hours, guide)

    def _unseen(
        self, stage: int, at: Ints, who: Team, minutes: Floats, came: Floats, end: Floats
    ) -> Sitting:
        """Before anybody has looked: the advice. Who is not reached waits until the desk closes."""
        left = who == NOBODY
        closing = came + (self.plan.deadline or np.inf)
        end = np.where(left, np.minimum(closing, max(self.plan.hours, self.end.max())), end)
        reason = np.where(left, NO_ROOM, 0).astype(np.int8)
        return Sitting(
            stage, at, who, self.cases.actions[at].astype(np.int8), reason, self.cued[at], came,
            end, np.where(left, 0.0, minutes),
        )  # fmt: skip

    def _minutes(self, stage: int, at: Ints) -> Floats:
        """(m,) how long a look takes."""
        service, t, ids = self.plan.service, self.cases.round, self.cases.ids[at]
        if service.law == "fixed":
            return np.full(at.size, service.minutes)
        if service.law == "exponential":
            u = self.draws.uniform(Stream.REVIEW, t, ids, k=SERVICE - stage)
            return -service.minutes * np.log(u)
        sd = np.sqrt(np.log1p(service.spread**2))
        normal = self.draws.normal(Stream.REVIEW, t, ids, k=SERVICE - stage)
        return np.asarray(service.minutes * np.exp(sd * normal - sd * sd / 2.0))

    def _others(self, taken: Team, start: Floats, barred: tuple[Team, ...]) -> Team:
        """Somebody on duty who has not seen the case before; nobody if there is none."""
        who = taken.copy()
        for _ in range(len(self.reviewers) if barred else 0):
            again = np.logical_or.reduce([who == before for before in barred])
            away = (start < self.begin[who]) | (start >= self.end[who])
            wrong = np.flatnonzero((taken != NOBODY) & (again | away))
            if wrong.size == 0:
                return who
            who[wrong] = (who[wrong] + 1) % len(self.reviewers)
        if barred:
            again = np.logical_or.reduce([who == before for before in barred])
            away = (start < self.begin[who]) | (start >= self.end[who])
            who[again | away] = NOBODY
        return who
