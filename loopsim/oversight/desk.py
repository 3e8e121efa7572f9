"""The desk: which cases people look at in a round, what they answer, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.oversight.base import (
    ADJUDICATION,
    APPEAL,
    NO_ADJUDICATOR,
    NOBODY,
    NOT_SECONDED,
    REVIEW,
    SECOND,
    SECONDER,
    Codes,
    Floats,
    Folder,
    Ints,
    Override,
    Reviewers,
    Reviews,
    Route,
)
from loopsim.oversight.figures import NAMES, of_round
from loopsim.oversight.sitting import Day
from loopsim.oversight.verdicts import Verdicts

if TYPE_CHECKING:
    from loopsim.oversight.settings import Desk

DOUBLE, APPEALS = -7, -8  # repeats k of the keyed draws
ENOUGH = 50  # good and bad cases that error rates are solved on


class ReviewDesk:
    """See `loopsim.oversight.base.Oversight`; parameters are in `settings.Desk`.

    A case waits for nothing beyond its round: who is not reached gets the advice, and the log says
    that nobody looked. Between rounds only the reviewers' memory and their writing are kept.
    """

    name = "desk"

    figure_names = NAMES

    def __init__(self, plan: Desk, groups: tuple[str, ...], features: tuple[str, ...]) -> None:
        self.plan = plan
        self.route: Route = plan.route.build(features)
        self.reviewers: Reviewers = plan.reviewers.build(groups, features)
        self.override: Override = plan.override.build()
        self.owed = np.zeros(len(self.reviewers))
        self.prepared = False
        self.groups = len(groups)
        self.seen: dict[str, Floats] = {}
        by_group = plan.appeals if isinstance(plan.appeals, dict) else {}
        everybody = 0.0 if by_group else plan.appeals
        self.appeals = np.array([by_group.get(g, everybody) for g in groups], dtype=np.float64)
        self.columns = [features.index(line.feature) for line in plan.guideline]

    def review(self, cases: Cases, good: Codes, cued: NDArray[np.bool_], draws: Draws) -> Reviews:
        """See `Oversight.review`."""
        priority = self.route.send(cases, draws)
        sent = np.flatnonzero(~np.isnan(priority))
        if not self.prepared and len(cases):
            self._prepare(cases, sent, good, cued, draws)
        guide = self._guide(cases) if self.plan.guideline else None
        day = Day(self.plan, self.reviewers, self.owed, self.override.hides, cases, good, cued,
                  guide, draws)  # fmt: skip
        verdicts = self._reviewed(day, sent, priority[sent])
        self._catch_up(day, verdicts)
        if self.appeals.any():
            self._appealed(day, verdicts)
        reviews = verdicts.reviews(self.plan.hours)
        self.seen = of_round(reviews.rows(), cases, self.groups)
        if hasattr(self.route, "see_reviews"):
            self.route.see_reviews(cases, reviews)
        return reviews

    def _prepare(
        self, cases: Cases, sent: Ints, good: Codes, cued: NDArray[np.bool_], draws: Draws
    ) -> None:
        """Error rates hold on the cases that come to the desk, if there are enough of either kind;
        otherwise on all of the first round's."""
        few = min(np.count_nonzero(good[sent] == kind) for kind in (0, 1)) < ENOUGH
        at = np.arange(len(cases)) if few else sent
        self.reviewers.prepare(Folder.of(cases, at, good, cued), draws)
        self.prepared = True

    def _reviewed(self, day: Day, sent: Ints, priority: Floats) -> Verdicts:
        """First looks, second ones, and whether overrides count."""
        came = day.arrivals(sent)
        to = None
        if hasattr(self.route, "assign"):
            to = self.route.assign(day.cases, sent, day.places(self.plan.reserve))
        first = day.sit(REVIEW, sent, priority, came, came, keep=self.plan.reserve, to=to)
        verdicts = Verdicts(day, first)
        settled = self._doubled(day, verdicts, priority)
        if self.override.seconds:
            self._seconded(day, verdicts, priority, settled)
        looked = np.flatnonzero(verdicts.who != NOBODY)
        folder = Folder.of(day.cases, sent[looked], day.good, day.cued)
        differs = verdicts.differs()[looked]
        when = verdicts.end[looked]
        undone = self.override.undone(folder, verdicts.who[looked], differs, when, day.draws)
        verdicts.undo(looked[undone > 0], undone[undone > 0])
        return verdicts

    def _doubled(self, day: Day, verdicts: Verdicts, priority: Floats) -> NDArray[np.bool_]:
        """A share is seen by a second reviewer, and where the two differ a third one decides.

        Returns (m,) which cases two people have agreed on.
        """
        settled = np.zeros(verdicts.at.size, np.bool_)
        if self.plan.double == 0.0:
            return settled
        ids = day.cases.ids[verdicts.at]
        u = day.draws.uniform(Stream.REVIEW, day.cases.round, ids, k=DOUBLE)
        rows = np.flatnonzero((u < self.plan.double) & (verdicts.who != NOBODY))
        first = verdicts.who[rows]
        second = verdicts.again(SECOND, rows, priority, (first,))
        settled[rows[second.looked]] = True
        apart = np.flatnonzero(second.looked & (second.action != verdicts.action[rows]))
        rows, barred = rows[apart], (first[apart], second.who[apart])
        verdicts.differing(rows, second, apart)
        third = verdicts.again(ADJUDICATION, rows, priority, barred)
        verdicts.follow(rows[third.looked], third, np.flatnonzero(third.looked))
        alone = rows[~third.looked]
        verdicts.undo(alone, np.full(alone.size, NO_ADJUDICATOR, np.int8))
        return settled

    def _seconded(
        self, day: Day, verdicts: Verdicts, priority: Floats, settled: NDArray[np.bool_]
    ) -> None:
        """Every override that rests on one person alone is seen by another one."""
        rows = np.flatnonzero(verdicts.differs() & ~settled)
        other = verdicts.again(SECONDER, rows, priority, (verdicts.who[rows],))
        backed = other.looked & (other.action == verdicts.action[rows])
        alone = rows[~backed]
        verdicts.undo(alone, np.full(alone.size, NOT_SECONDED, np.int8))

    def _catch_up(self, day: Day, verdicts: Verdicts) -> None:
        """Writing of today that the next shift starts with; what no shift could hold stays owed."""
        length = day.end - day.begin
        self.owed = np.maximum(self.owed - length, 0.0)
        wrote = verdicts.who[verdicts.differs()]
        np.add.at(self.owed, wrote, self.override.minutes / 60.0)

    def _appealed(self, day: Day, verdicts: Verdicts) -> None:
        """Some of the refused ask again; whoever is granted it gets a yes, in the same round."""
        cases = day.cases
        final = cases.actions.astype(np.int8)
        final[verdicts.at] = verdicts.action
        u = day.draws.uniform(Stream.REVIEW, cases.round, cases.ids, k=APPEALS)
        verdicts.appeal(APPEAL, np.flatnonzero((final == 0) & (u < self.appeals[cases.group])))

    def _guide(self, cases: Cases) -> Codes:
        """(n,) what the guideline says: 0 no, 1 yes, -1 nothing."""
        guide = np.full(len(cases), -1, np.int8)
        for line, column in reversed(list(zip(self.plan.guideline, self.columns, strict=True))):
            x = cases.features[:, column]
            beyond = x > line.above if line.above is not None else x < line.below
            guide[beyond] = line.answer == "yes"
        return guide

    def see_labels(self, t: int, batch: Any) -> None:
        """Labels as they come in, for a route that learns from them."""
        if hasattr(self.route, "see_labels"):
            self.route.see_labels(t, batch)

    def figures(self) -> dict[str, Floats]:
        """What a team counts at its desk in the latest round; see `loopsim.oversight.figures`."""
        return self.seen

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        team = {f"reviewers.{k}": v for k, v in self.reviewers.state().items()}
        route = {f"route.{k}": v for k, v in getattr(self.route, "state", dict)().items()}
        return {"owed": self.owed, "prepared": np.array(self.prepared), **team, **route}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self.owed, self.prepared = state["owed"], bool(state["prepared"])
        for name, part in (("reviewers", self.reviewers), ("route", self.route)):
            mine = {
                k.removeprefix(f"{name}."): v for k, v in state.items() if k.startswith(f"{name}.")
            }
            if mine:
                part.restore(mine)  # type: ignore[union-attr]
