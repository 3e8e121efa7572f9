"""Loss of identity: predictions logged without their id, or under the number of another version.

The label of a prediction without an id still comes, but nobody can tell whose it is: it reaches
neither the dashboard nor training. A wrong version leaves the label joinable and gives it to the
wrong model. What is true keeps all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.draws import Draws, Stream
from loopsim.errors import InputError
from loopsim.scenario_identity import Identity

if TYPE_CHECKING:
    from loopsim.feedback import LabelBatch

Bools = NDArray[np.bool_]
_ENTITY = (1 << ENTITY_BITS) - 1
LOST, WRONG = 0, 1  # repeats k of the keyed draw


@dataclass
class Losses:
    """Which predictions lose what. Every draw is keyed to the prediction.

    Parameters
    ----------
    draws : Draws
    share : (g,) float64 array
        Lost, by group.
    answer : int or None
        The only action whose predictions lose their id.
    wrong : float
        Share logged under another version.
    window : int
        Rounds of labels in the observed figure.
    """

    draws: Draws
    share: NDArray[np.float64]
    answer: int | None
    wrong: float
    window: int

    def __post_init__(self) -> None:
        self.came = np.zeros((self.window, 2), dtype=np.int64)  # lost, all

    @classmethod
    def of(
        cls, settings: Identity, groups: tuple[str, ...], draws: Draws, window: int
    ) -> Losses | None:
        """What some settings lose; None if that is nothing."""
        for path, message in settings.problems(groups):
            raise InputError(f"{path}: {message}")
        if settings.sound:
            return None
        lost = settings.lost
        share = [lost.get(g, 0.0) if isinstance(lost, dict) else lost for g in groups]
        answer = {"any": None, "no": 0, "yes": 1}[settings.answer]
        return cls(draws, np.array(share), answer, settings.wrong_version, window)

    def lost(
        self, t: int, ids: NDArray[np.int64], group: NDArray[Any], action: NDArray[Any]
    ) -> Bools:
        """(n,) predictions of round t that are logged without an id."""
        u = self.draws.uniform(Stream.IDENTITY, t, ids, k=LOST)
        hit: Bools = u < self.share[group]
        return hit if self.answer is None else hit & (action == self.answer)

    def misversioned(self, t: int, ids: NDArray[np.int64]) -> Bools:
        """(n,) predictions of round t that are logged under another version."""
        return self.draws.uniform(Stream.IDENTITY, t, ids, k=WRONG) < self.wrong

    def log(self, cases: Cases, before: int) -> None:
        """Write into a round's cases what the log will have of them.

        `before` is the version before the live one, 0 if there is none.
        """
        t, ids = cases.round, cases.ids
        cases.lost = self.lost(t, ids, cases.group, cases.actions)
        wrong = self.misversioned(t, ids)
        other: Any = before or cases.version
        if isinstance(cases.version, np.ndarray):
            champion, candidate = cases.version.min(), cases.version.max()
            other = np.where(cases.version == candidate, champion, candidate)
        if wrong.any():
            cases.version = np.where(wrong, other, cases.version).astype(np.int32)
        cases.misversioned = wrong if before or isinstance(other, np.ndarray) else wrong & False

    def joined(self, t: int, batch: LabelBatch) -> LabelBatch:
        """The labels of a round that a team can join with a prediction; all are counted."""
        lost = self._each(batch, lambda t, ids, at: self.lost(t, ids, batch.group[at],
                                                              batch.action[at]))  # fmt: skip
        self.came[t % self.window] = lost.sum(), lost.size
        return batch.take(~lost) if lost.any() else batch

    def swapped(self, batch: LabelBatch) -> Bools:
        """(n,) labels whose prediction stands under another version."""
        return self._each(batch, lambda t, ids, at: self.misversioned(t, ids))

    def _each(self, batch: LabelBatch, which: Any) -> Bools:
        """Asks round by round: draws are keyed to the round in which a case opened."""
        out, ids = np.zeros(len(batch), dtype=np.bool_), batch.prediction_id & _ENTITY
        for opened in np.unique(batch.opened):
            at = np.flatnonzero(batch.opened == opened)
            out[at] = which(int(opened), ids[at], at)
        return out

    def observed(self, groups: int) -> dict[str, NDArray[np.float64]]:
        """What a team sees: the share of the labels in the window that join with nothing.

        Nobody knows of which group they are.
        """
        lost, every = self.came.sum(axis=0)
        share = lost / every if every else np.nan
        return {"unjoinable": np.r_[share, np.full(groups, np.nan)]}

    def true(self, cases: Cases, groups: int) -> dict[str, NDArray[np.float64]]:
        """Shares of predictions without an id and with a wrong version: of everybody, by group."""
        return {
            "lost": _shares(cases.lost, cases.group, groups),
            "misversioned": _shares(cases.misversioned, cases.group, groups),
        }

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {"came": self.came}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self.came = state["came"]


def _shares(hit: Bools, group: NDArray[Any], groups: int) -> NDArray[np.float64]:
    """(1 + groups,) the share that was hit, everybody first; NaN where nobody came."""
    hits, all_ = (np.bincount(g, minlength=groups) for g in (group[hit], group))
    with np.errstate(invalid="ignore"):
        return np.r_[hits.sum(), hits] / np.r_[all_.sum(), all_]
