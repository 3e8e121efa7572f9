"""What the parts of a review desk are."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Team = NDArray[np.int16]

NOBODY = -1  # the reviewer of a case that nobody had room for
CONFIRMED, JUDGEMENT, HABIT, GUIDELINE = range(4)  # what a reviewer says; 0 is to agree
NOT_ALLOWED, NOT_WRITTEN, NOT_SECONDED, OVER_QUOTA, GAVE_IN, NO_ADJUDICATOR, NO_ROOM = range(4, 11)
REASONS = (
    "confirmed",
    "judgement",
    "habit",
    "guideline",
    "not allowed",
    "not written down",
    "not seconded",
    "over quota",
    "gave in",
    "no adjudicator",
    "no room",
)
REVIEW, SECOND, SECONDER, ADJUDICATION, APPEAL = range(5)
#: A second look at a share of all cases, and one at overrides that need two pairs of eyes, differ.
STAGES = ("review", "second", "seconder", "adjudication", "appeal")


@dataclass(frozen=True)
class Folder:
    """Cases on the desk of one round, as reviewers may see them; columns of length m.

    Attributes
    ----------
    round : int
    ids : (m,) int64 array
    features : (m, d) float64 array
    group : (m,) int8 array
    score : (m,) float64 array
        What the model believes; a reviewer looks at it only where `cued`.
    advised : (m,) int8 array
        What the policy would do; seen only where `cued`.
    cued : (m,) bool array
        Whether the reviewer is shown the score and the advice (the oversight loop).
    good : (m,) int8 array
        The true outcome: what a reviewer's skill works on, never shown to anybody else.
    hours : (m,) float64 array
        Since the reviewer's shift began.
    guide : (m,) int8 array
        What the guideline says: 0 no, 1 yes, -1 nothing.
    """

    round: int
    ids: Ints
    features: Floats
    group: Codes
    score: Floats
    advised: Codes
    cued: NDArray[np.bool_]
    good: Codes
    hours: Floats
    guide: Codes

    def __len__(self) -> int:
        return int(self.ids.size)

    @classmethod
    def of(
        cls,
        cases: Cases,
        at: Ints,
        good: Codes,
        cued: NDArray[np.bool_],
        hours: Floats | None = None,
        guide: Codes | None = None,
    ) -> Folder:
        """The cases at some positions; at the start of a shift and without a guideline if not said.

        `hours` and `guide` are of the positions, all else of all cases.
        """
        hours = np.zeros(at.size) if hours is None else hours
        guide = np.full(at.size, -1, np.int8) if guide is None else guide
        return cls(
            cases.round, cases.ids[at], cases.features[at], cases.group[at], cases.scores[at],
            cases.actions[at], cued[at], good[at], hours, guide,
        )  # fmt: skip

    def take(self, which: Any) -> Folder:
        """The cases at an index or mask."""
        columns = (getattr(self, f.name)[which] for f in fields(self)[1:])
        return Folder(self.round, *columns)


@dataclass(frozen=True)
class Looks:
    """Every look that somebody took, or should have taken; columns of length l, by case.

    Attributes
    ----------
    at : (l,) int64 array
        Positions in the round's cases, ascending; one that was looked at twice is here twice.
    stage : (l,) int8 array
        Index into `STAGES`.
    reviewer : (l,) int16 array
        `NOBODY` where nobody had room.
    action : (l,) int8 array
        What this reviewer answered (the advice where nobody looked).
    reason : (l,) int8 array
        Index into the reasons: why it differs from the advice, or, where the answer did not count,
        which rule of the desk undid it.
    final : (l,) int8 array
        What was done with the case in the end.
    cued : (l,) bool array
    waited : (l,) float64 array
        Rounds (fractions of one) from arrival at the desk to the answer.
    minutes : (l,) float64 array
        That the look took.
    """

    at: Ints
    stage: Codes
    reviewer: Team
    action: Codes
    reason: Codes
    final: Codes
    cued: NDArray[np.bool_]
    waited: Floats
    minutes: Floats

    def __len__(self) -> int:
        return int(self.at.size)


@dataclass(frozen=True)
class Reviews:
    """What came of one round's reviews; columns of length m.

    Attributes
    ----------
    at : (m,) int64 array
        Positions in the round's cases, ascending; cases that nobody had room for are not here.
    reviewer : (m,) int16 array
        Whose answer counted.
    action : (m,) int8 array
        What was decided.
    reason : (m,) int8 array
        Index into `reasons`; `CONFIRMED` where the advice was followed.
    cued : (m,) bool array
        Whether the score was seen; only then is the decision learned from.
    waited : (m,) float64 array
        Rounds (fractions of one) from arrival at the desk to the decision.
    reasons : tuple of str
    looks : Looks, optional
        All looks behind the decisions; None: one for each.
    """

    at: Ints
    reviewer: Team
    action: Codes
    reason: Codes
    cued: NDArray[np.bool_]
    waited: Floats
    reasons: tuple[str, ...] = ("confirmed",)
    looks: Looks | None = None

    def rows(self) -> Looks:
        """What the log writes: a row for each look."""
        if self.looks is not None:
            return self.looks
        once, nothing = np.zeros(self.at.size, np.int8), np.zeros(self.at.size)
        return Looks(
            self.at, once, self.reviewer, self.action, self.reason, self.action, self.cued,
            self.waited, nothing,
        )  # fmt: skip


class Route(Protocol):
    """Which cases go to the desk.

    One that deals cases out itself has ``assign(cases, at, room) -> (m,) reviewers``; see
    `loopsim.oversight.routes.defer_each`. One that learns from the log may have
    ``see_labels(t, batch)``, ``see_reviews(cases, reviews)``, ``state()`` and ``restore(state)``
    too.
    """

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """(n,) priority of each case, higher first; NaN where it does not go to the desk."""
        ...


class Reviewers(Protocol):
    """Those who sit at the desk. Each is a `mesa.Agent`; a folder is dealt out among them.

    `loopsim.testing.oversight.check_reviewers` checks what is said here.
    """

    def __len__(self) -> int: ...

    def prepare(self, folder: Folder, draws: Draws) -> None:
        """The cases of the first day; called once, before the first `review`."""
        ...

    def review(self, folder: Folder, reviewer: Team, draws: Draws) -> tuple[Codes, Codes]:
        """(m,) actions and reasons; `reviewer` says who has which case. Draws are keyed by
        ``Stream.REVIEW``, the round, the case's id and the reviewer (as k)."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """What they have learnt, for a checkpoint."""
        ...

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        ...


class Override(Protocol):
    """What a reviewer needs to depart from the advice.

    Attributes
    ----------
    hides : bool
        Whether an answer is formed before the score is shown.
    seconds : bool
        Whether an override needs a second pair of eyes.
    minutes : float
        Of writing that an override costs; caught up before the reviewer's next shift.
    """

    @property
    def hides(self) -> bool: ...

    @property
    def seconds(self) -> bool: ...

    @property
    def minutes(self) -> float: ...

    def undone(
        self, folder: Folder, reviewer: Team, differs: NDArray[np.bool_], when: Floats, draws: Draws
    ) -> Codes:
        """(m,) the reason why an override (`differs`) does not count, `CONFIRMED` where it does.

        `when` is the hour of the answer.
        """
        ...


class Oversight(Protocol):
    """A desk: routing, queue, reviewers, and what an override needs."""

    def review(self, cases: Cases, good: Codes, cued: NDArray[np.bool_], draws: Draws) -> Reviews:
        """The reviews of one round's cases."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        ...

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        ...
