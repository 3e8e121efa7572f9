"""The rules of overrides; see `loopsim.oversight.base.Override`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.oversight.base import (
    GAVE_IN,
    NOT_ALLOWED,
    NOT_WRITTEN,
    OVER_QUOTA,
    Codes,
    Floats,
    Folder,
    Team,
)

DROP, YIELD = -3, -4  # repeats k of the keyed draws


@dataclass(frozen=True)
class AdviceOnly:
    """Every override counts."""

    hides = False
    seconds = False
    minutes: float = 0.0

    def undone(
        self, folder: Folder, reviewer: Team, differs: NDArray[np.bool_], when: Floats, draws: Draws
    ) -> Codes:
        """See `Override.undone`."""
        return np.zeros(len(folder), np.int8)


@dataclass(frozen=True)
class TwoPairs(AdviceOnly):
    """The desk asks a second reviewer about every override."""

    seconds = True


@dataclass(frozen=True)
class NoOverride(AdviceOnly):
    """No override counts."""

    def undone(
        self, folder: Folder, reviewer: Team, differs: NDArray[np.bool_], when: Floats, draws: Draws
    ) -> Codes:
        """See `Override.undone`."""
        return np.where(differs, NOT_ALLOWED, 0).astype(np.int8)


@dataclass(frozen=True)
class Justify(AdviceOnly):
    """An override is written down; a share of those who see the advice would rather not."""

    minutes: float = 5.0
    dropped: float = 0.2

    def undone(
        self, folder: Folder, reviewer: Team, differs: NDArray[np.bool_], when: Floats, draws: Draws
    ) -> Codes:
        """See `Override.undone`; a blind reviewer does not know that it is an override."""
        u = draws.uniform(Stream.REVIEW, folder.round, folder.ids, k=DROP)
        dropped = differs & folder.cued & (u < self.dropped)
        return np.where(dropped, NOT_WRITTEN, 0).astype(np.int8)


@dataclass(frozen=True)
class ScoreHiddenFirst(AdviceOnly):
    """The answer comes before the score; a share give in once they see it."""

    hides = True
    give_in: float = 0.2

    def undone(
        self, folder: Folder, reviewer: Team, differs: NDArray[np.bool_], when: Floats, draws: Draws
    ) -> Codes:
        """See `Override.undone`; a blind reviewer is never shown it."""
        u = draws.uniform(Stream.REVIEW, folder.round, folder.ids, k=YIELD)
        gave_in = differs & folder.cued & (u < self.give_in)
        return np.where(gave_in, GAVE_IN, 0).astype(np.int8)


@dataclass(frozen=True)
class Quota(AdviceOnly):
    """The first overrides of each reviewer count, up to a share of the cases on the desk."""

    share: float = 0.1

    def undone(
        self, folder: Folder, reviewer: Team, differs: NDArray[np.bool_], when: Floats, draws: Draws
    ) -> Codes:
        """See `Override.undone`."""
        allowed = np.floor(self.share * np.bincount(reviewer)).astype(np.int64)
        at = np.flatnonzero(differs)
        at = at[np.lexsort((when[at], reviewer[at]))]
        who = reviewer[at]
        first = np.searchsorted(who, who)  # where each reviewer's overrides begin
        over = at[np.arange(at.size) - first >= allowed[who]]
        out = np.zeros(len(folder), np.int8)
        out[over] = OVER_QUOTA
        return out
