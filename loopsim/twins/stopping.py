"""When to stop adding seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError
from loopsim.twins.statistics import paired_t


@dataclass
class Stopping:
    """A fixed number of pairs, or as many as an interval needs to be narrow enough.

    A sequential rule looks after `seeds` pairs and then after each half as many again (Chow and
    Robbins 1965: the interval keeps its level as the width asked for becomes small; with few pairs
    it is a little too narrow). The rule sees widths alone, never which side of 0 an effect lies.

    Parameters
    ----------
    seeds : int
        Pairs of the first batch; at least 2.
    until_width : float or None
    max_seeds : int
        No more pairs than that.

    >>> rule = Stopping(2, until_width=0.5, max_seeds=4)
    >>> list(rule.batch()); rule.look(np.array([0.0, 1.0]))
    [0, 1]
    >>> list(rule.batch()); rule.look(np.array([0.0, 1.0, 0.0, 1.0]))
    [2, 3]
    >>> list(rule.batch()), rule.why
    ([], 'the budget of 4 seeds ended: the interval is 1.84 wide, not 0.5')
    """

    seeds: int
    until_width: float | None = None
    max_seeds: int = 100
    done: int = 0
    why: str = ""

    def __post_init__(self) -> None:
        if self.seeds < 2:
            raise InputError(f"seeds = {self.seeds}: must be at least 2, or there is no interval")
        if self.until_width is None:
            return
        if not self.until_width > 0:
            raise InputError(f"until_width = {self.until_width}: must be above 0")
        if self.max_seeds < self.seeds:
            raise InputError(f"max_seeds = {self.max_seeds}: must be at least seeds = {self.seeds}")

    def batch(self) -> range:
        """Numbers of the pairs to run next; none when it is time to stop."""
        if self.why:
            return range(0)
        if self.done == 0:
            return range(self.seeds)
        more = max(2, self.done // 2)
        return range(self.done, min(self.done + more, self.max_seeds))

    def look(self, difference: NDArray[np.float64]) -> None:
        """Take the differences of all pairs so far into account."""
        self.done = difference.size
        if self.until_width is None:
            self.why = f"{self.done} seeds were asked for"
            return
        _, low, high = paired_t(difference)
        width = f"the interval is {high - low:.3g} wide"
        if high - low <= self.until_width:
            self.why = f"narrow enough after {self.done} seeds: {width}"
        elif self.done >= self.max_seeds:
            self.why = (
                f"the budget of {self.max_seeds} seeds ended: {width}, not {self.until_width}"
            )
