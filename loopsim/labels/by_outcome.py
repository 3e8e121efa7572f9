"""Good and bad outcomes that show at different times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws
from loopsim.feedback import FAR
from loopsim.labels.base import Delay


@dataclass(frozen=True)
class ByOutcomeDelay:
    """One delay for good outcomes and one for bad ones: defaults show early, repayment at term.

    Until the slower kind has come in, the labels at hand are a biased sample of all.

    Parameters
    ----------
    good, bad : Delay
        They may share the case's draws: it uses one delay only. An unknown label never comes.

    Examples
    --------
    >>> import numpy as np
    >>> from loopsim.labels.fixed import FixedDelay
    >>> delay = ByOutcomeDelay(good=FixedDelay(12), bad=FixedDelay(3))
    >>> delay.rounds(np.array([1, 0], np.int8), Draws(0), 0, np.array([7, 8]))
    array([12,  3])
    """

    good: Delay
    bad: Delay

    def rounds(
        self,
        label: NDArray[np.int8],
        draws: Draws,
        t: int,
        ids: NDArray[np.int64],
        k: int = 0,
    ) -> NDArray[np.int64]:
        """See `Delay.rounds`."""
        waits = np.full(label.size, FAR, np.int64)
        for outcome, delay in ((1, self.good), (0, self.bad)):
            own = np.flatnonzero(label == outcome)
            waits[own] = delay.rounds(label[own], draws, t, ids[own], k)
        return waits
