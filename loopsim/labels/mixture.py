"""Labels of several kinds of case, not told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.labels.base import Delay


@dataclass(frozen=True)
class MixtureDelay:
    """Each case takes one of several delays, by chance.

    Repeat k of the case's draw picks the delay, which starts at repeat k + 1: a case uses one
    delay only, so all of them may, and a case that changes its delay keeps its quantile.

    Parameters
    ----------
    shares : tuple of float
        Probability of each delay; they sum to 1.
    delays : tuple of Delay

    Examples
    --------
    >>> import numpy as np
    >>> from loopsim.labels.fixed import FixedDelay
    >>> delay = MixtureDelay((0.25, 0.75), (FixedDelay(2), FixedDelay(9)))
    >>> waits = delay.rounds(np.ones(10_000, np.int8), Draws(0), 0, np.arange(10_000))
    >>> np.unique(waits), bool(abs((waits == 2).mean() - 0.25) < 0.02)
    (array([2, 9]), True)
    """

    shares: tuple[float, ...]
    delays: tuple[Delay, ...]

    def rounds(
        self,
        label: NDArray[np.int8],
        draws: Draws,
        t: int,
        ids: NDArray[np.int64],
        k: int = 0,
    ) -> NDArray[np.int64]:
        """See `Delay.rounds`."""
        waits = np.empty(label.size, np.int64)
        pick = draws.uniform(Stream.DELAY, t, ids, k)
        # The last bound is left out, so that shares that sum to 0.999… leave nobody over.
        which = np.searchsorted(np.cumsum(self.shares)[:-1], pick, side="right")
        for i, delay in enumerate(self.delays):
            own = np.flatnonzero(which == i)
            waits[own] = delay.rounds(label[own], draws, t, ids[own], k + 1)
        return waits
