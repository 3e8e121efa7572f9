"""What the parts of a review desk are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CONFIRMED = 0  # the reason of whoever agrees


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
        What the policy would do.
    cued : (m,) bool array
        Whether the reviewer is shown the score and the advice (the oversight loop).
    good : (m,) int8 array
        The true outcome: what a reviewer's skill works on, never shown to anybody else.
    """

    round: int
    ids: Ints
    features: Floats
    group: NDArray[np.int8]
    score: Floats
    advised: NDArray[np.int8]
    cued: NDArray[np.bool_]
    good: NDArray[np.int8]

    def __len__(self) -> int:
        return int(self.ids.size)

    @classmethod
    def of(cls, cases: Cases, at: Ints, good: NDArray[np.int8], cued: NDArray[np.bool_]) -> Folder:
        """The cases at some positions."""
        return cls(
            cases.round, cases.ids[at], cases.features[at], cases.group[at], cases.scores[at],
            cases.actions[at], cued[at], good[at],
        )  # fmt: skip


@dataclass(frozen=True)
class Reviews:
    """What came of one round's reviews; columns of length m.

    Attributes
    ----------
    at : (m,) int64 array
        Positions in the round's cases, ascending; cases that nobody had room for are not here.
    reviewer : (m,) int16 array
    action : (m,) int8 array
        What was decided.
    reason : (m,) int8 array
        Index into `reasons`; `CONFIRMED` where the advice was followed.
    cued : (m,) bool array
        Whether the score was seen; only then is the decision learned from.
    waited : (m,) float64 array
        Rounds (fractions of one) from arrival at the desk to the decision.
    reasons : tuple of str
    """

    at: Ints
    reviewer: NDArray[np.int16]
    action: NDArray[np.int8]
    reason: NDArray[np.int8]
    cued: NDArray[np.bool_]
    waited: Floats
    reasons: tuple[str, ...] = ("confirmed",)


class Route(Protocol):
    """Which cases go to the desk."""

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """(n,) priority of each case, higher first; NaN where it does not go to the desk."""
        ...


class Reviewers(Protocol):
    """Those who sit at the desk. Each is a `mesa.Agent`; a folder is dealt out among them."""

    def __len__(self) -> int: ...

    def review(
        self, folder: Folder, reviewer: NDArray[np.int16], draws: Draws
    ) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """(m,) actions and reasons; `reviewer` says who has which case. Draws are keyed by
        ``Stream.REVIEW``, the round, the case's id and the reviewer (as k)."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """What they have learnt and how tired they are, for a checkpoint."""
        ...

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        ...


class Oversight(Protocol):
    """A desk: routing, queue, reviewers, and what an override needs."""

    def review(
        self, cases: Cases, good: NDArray[np.int8], cued: NDArray[np.bool_], draws: Draws
    ) -> Reviews:
        """The reviews of one round's cases."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        ...

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        ...
