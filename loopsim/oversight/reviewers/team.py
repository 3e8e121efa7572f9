"""A team of reviewers: Mesa agents whose dials and memories stand in arrays, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.oversight import base
from loopsim.oversight.base import Codes, Floats, Folder
from loopsim.oversight.reviewers import law
from loopsim.oversight.reviewers.training import Trained, train

if TYPE_CHECKING:
    from loopsim.oversight.reviewers.settings import Dials


class Reviewer(mesa.Agent):
    """One reviewer: a row of the team's arrays.

    A subclass may answer in its own way; the team hands it the cases that are its own.
    """

    def __init__(self, team: Team, row: int) -> None:
        super().__init__(team)
        self.team, self.row = team, row

    @property
    def seen(self) -> int:
        """Cases looked at together with the model's score."""
        return int(self.team.seen[self.row])

    @property
    def reliance(self) -> float:
        """Chance to follow the advice without a look, as it has become."""
        return float(self.team.reliance[self.row])

    def review(self, folder: Folder, draws: Draws) -> tuple[Codes, Codes]:
        """(m,) actions and reasons of a folder that is all this reviewer's."""
        return self.team.answers(folder, np.full(len(folder), self.row, np.int16), draws)


class Team(mesa.Model):
    """See `loopsim.oversight.base.Reviewers`.

    Parameters
    ----------
    people : sequence of Dials
        Each stands for `count` reviewers.
    groups : tuple of str
    features : int
    """

    def __init__(self, people: Sequence[Dials], groups: tuple[str, ...], features: int) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never drawn from
        self.people = [some for some in people for _ in range(some.count)]
        self.features = features
        self.bias = np.array([[p.group_bias.get(g, 0.0) for g in groups] for p in self.people])
        self.reliance = np.array([p.automation for p in self.people])
        self.seen = np.zeros(len(self.people), np.int64)
        self.trained: Trained | None = None
        for row in range(len(self.people)):
            Reviewer(self, row)

    def __len__(self) -> int:
        return len(self.people)

    def prepare(self, folder: Folder, draws: Draws) -> None:
        """Find out who they are, and solve their error rates on the cases of a first day."""
        self.trained = train(self.people, self.bias, folder, draws)

    def review(self, folder: Folder, reviewer: base.Team, draws: Draws) -> tuple[Codes, Codes]:
        """See `Reviewers.review`; those who answer alike do so in one pass."""
        action, reason = self.answers(folder, reviewer, draws)
        for agent in self.agents:
            if type(agent).review is not Reviewer.review:
                own = np.flatnonzero(reviewer == agent.row)  # type: ignore[attr-defined]
                action[own], reason[own] = agent.review(folder.take(own), draws)  # type: ignore[attr-defined]
        self._remember(folder, reviewer, action)
        return action, reason

    def answers(self, folder: Folder, reviewer: base.Team, draws: Draws) -> tuple[Codes, Codes]:
        """Actions and reasons by the common law."""
        assert self.trained is not None, "a team is prepared before it reviews"
        action, reason = np.zeros(len(folder), np.int8), np.zeros(len(folder), np.int8)
        law.answers(
            folder.features, folder.score, folder.advised, folder.group, folder.cued, folder.good,
            folder.hours, folder.guide, folder.ids, reviewer,
            self.trained.weights, self.bias, self.trained.base, self._dials(), self.trained.knots,
            self._keys(folder.round, draws), action, reason,
        )  # fmt: skip
        return action, reason

    def _dials(self) -> Floats:
        """(reviewers, 9) as they are now."""
        assert self.trained is not None
        dials = self.trained.dials.copy()
        dials[:, law.AUTOMATION] = self.reliance
        dials[:, law.SKILL] = dials[:, law.LEARNING] * np.log1p(self.seen / 100.0)
        return dials

    def _keys(self, t: int, draws: Draws) -> NDArray[np.uint64]:
        """(reviewers, purposes, 2): this round's, and last the one that no round moves."""
        keys = np.empty((len(self), law.SAME + 2, 2), np.uint64)
        for r in range(len(self)):
            for purpose in range(law.SAME + 1):
                keys[r, purpose] = draws.keys(Stream.REVIEW, t, law.PURPOSES * r + purpose)
            keys[r, -1] = draws.keys(Stream.REVIEW, -1, law.PURPOSES * r + law.JUDGE)
        return keys

    def _remember(self, folder: Folder, reviewer: base.Team, action: Codes) -> None:
        """Cases seen with a score teach, and agreeing with it makes for a habit."""
        agreed = folder.cued & (action == folder.advised)
        self.seen = self.seen + np.bincount(reviewer[folder.cued], minlength=len(self))
        times = np.bincount(reviewer[agreed], minlength=len(self))
        stay = np.array([1.0 - p.habituation for p in self.people])
        more = 1.0 - (1.0 - self.reliance) * stay**times
        self.reliance = np.where(times * (stay < 1.0) > 0, more, self.reliance)

    def state(self) -> dict[str, NDArray[Any]]:
        """What they have learnt and become used to, and what they are like."""
        state: dict[str, NDArray[Any]] = {"seen": self.seen, "reliance": self.reliance}
        return state if self.trained is None else state | vars(self.trained)

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self.seen, self.reliance = state["seen"], state["reliance"]
        parts = {name: state[name] for name in Trained.__annotations__ if name in state}
        self.trained = Trained(**parts) if parts else None
