"""Verdicts: what becomes of each case on the desk, and the looks behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.oversight.base import NOBODY, REASONS, Codes, Floats, Ints, Looks, Reviews, Team
from loopsim.oversight.sitting import Day, Sitting


class Verdicts:
    """What stands for each case that was sent to the desk; columns of length m.

    Attributes
    ----------
    at : (m,) positions in the round's cases, ascending
    who, action, reason, cued, came, end : (m,) arrays
        Of the look that counts so far.
    """

    def __init__(self, day: Day, first: Sitting) -> None:
        self.day = day
        self.at = first.at
        self.who, self.action, self.reason = (
            first.who.copy(),
            first.action.copy(),
            first.reason.copy(),
        )
        self.cued, self.came, self.end = first.cued, first.came, first.end.copy()
        #: The look that counts: its sitting, and its row there.
        self._sitting = np.zeros(first.at.size, np.int64)
        self._row = np.arange(first.at.size)

    def differs(self) -> NDArray[np.bool_]:
        """(m,) whether what stands departs from the advice."""
        return (self.who != NOBODY) & (self.action != self.day.cases.actions[self.at])

    def again(self, stage: int, rows: Ints, priority: Floats, barred: tuple[Team, ...]) -> Sitting:
        """Another look at some of the cases, when the one before has ended."""
        sitting = self.day.sit(
            stage, self.at[rows], priority[rows], self.end[rows], self.came[rows], barred
        )
        self.end[rows] = np.where(sitting.looked, sitting.end, self.end[rows])
        return sitting

    def follow(self, rows: Ints, sitting: Sitting, at: Ints) -> None:
        """From now on the looks `at` of a sitting count for the cases `rows`."""
        self.who[rows], self.action[rows] = sitting.who[at], sitting.action[at]
        self.reason[rows], self._row[rows] = sitting.reason[at], at
        self._sitting[rows] = next(
            i for i, known in enumerate(self.day.sittings) if known is sitting
        )

    def differing(self, rows: Ints, second: Sitting, at: Ints) -> None:
        """Of two looks that differ, the one that departs from the advice counts for now."""
        departs = second.action[at] != self.day.cases.actions[self.at[rows]]
        self.follow(rows[departs], second, at[departs])

    def undo(self, rows: Ints, why: Codes) -> None:
        """The advice stands after all; the look that departed from it says why."""
        self.action[rows] = self.day.cases.actions[self.at[rows]]
        self.reason[rows] = why
        for i, sitting in enumerate(self.day.sittings):
            mine = self._sitting[rows] == i
            sitting.reason[self._row[rows[mine]]] = why[mine]

    def appeal(self, stage: int, asking: Ints) -> None:
        """Look at the cases of those who appeal, sent to the desk before or not."""
        row = np.searchsorted(self.at, asking)
        known = row < self.at.size
        known[known] = self.at[row[known]] == asking[known]
        came = self.day.arrivals(asking)
        since, barred = came.copy(), np.full(asking.size, NOBODY, np.int16)
        since[known], barred[known] = self.end[row[known]], self.who[row[known]]
        came[known] = self.came[row[known]]
        sitting = self.day.sit(stage, asking, np.zeros(asking.size), since, came, (barred,))
        self._widen(asking[~known], came[~known])
        heard = np.flatnonzero(sitting.looked)
        row = np.searchsorted(self.at, asking[heard])
        self.follow(row, sitting, heard)
        self.end[row] = sitting.end[heard]

    def _widen(self, new: Ints, came: Floats) -> None:
        """Make room for cases that were not on the desk before."""
        at = np.concatenate([self.at, new])
        order = np.argsort(at, kind="stable")
        advice, nothing = self.day.cases.actions[new].astype(np.int8), np.zeros(new.size, np.int8)
        own = {
            "who": np.full(new.size, NOBODY, np.int16),
            "action": advice,
            "reason": nothing,
            "cued": self.day.cued[new],
            "came": came,
            "end": came,
            "_sitting": np.zeros(new.size, np.int64),
            "_row": np.zeros(new.size, np.int64),
        }
        for name, values in own.items():
            setattr(self, name, np.concatenate([getattr(self, name), values])[order])
        self.at = at[order]

    def reviews(self, hours: float) -> Reviews:
        """What the round and the log need; times become rounds of `hours`."""
        looked = np.flatnonzero(self.who != NOBODY)
        waited = (self.end - self.came)[looked] / hours
        return Reviews(
            self.at[looked], self.who[looked], self.action[looked], self.reason[looked],
            self.cued[looked], waited, REASONS, self._looks(hours),
        )  # fmt: skip

    def _looks(self, hours: float) -> Looks:
        sittings = self.day.sittings
        at = np.concatenate([s.at for s in sittings])
        stage = np.concatenate([np.full(s.at.size, s.stage, np.int8) for s in sittings])
        order = np.lexsort((stage, at))
        final = self.action[np.searchsorted(self.at, at)]
        columns = [
            np.concatenate([getattr(s, name) for s in sittings])
            for name in ("who", "action", "reason", "cued", "minutes")
        ]
        who, action, reason, cued, minutes = (column[order] for column in columns)
        waited = np.concatenate([(s.end - s.came) / hours for s in sittings])[order]
        return Looks(
            at[order], stage[order], who, action, reason, final[order], cued, waited, minutes
        )
