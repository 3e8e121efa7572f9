"""Labels that mostly come early and sometimes very late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.feedback import FAR


@dataclass(frozen=True)
class LognormalDelay:
    """Rounds = ⌈median · exp(sigma · z)⌉, z standard normal, independently for each case.

    Parameters
    ----------
    median : float > 0
        Half of the outcomes show within so many rounds.
    sigma : float >= 0
        Standard deviation of the logarithm.

    Examples
    --------
    >>> import numpy as np
    >>> ids = np.arange(10_001)
    >>> waits = LognormalDelay(7.5, 0.75).rounds(np.ones(ids.size, np.int8), Draws(0), 0, ids)
    >>> int(np.median(waits))
    8
    """

    median: float
    sigma: float

    def rounds(
        self,
        label: NDArray[np.int8],
        draws: Draws,
        t: int,
        ids: NDArray[np.int64],
        k: int = 0,
    ) -> NDArray[np.int64]:
        """See `Delay.rounds`."""
        waits = draws.normal(Stream.DELAY, t, ids, k)
        waits *= self.sigma
        waits += np.log(self.median)
        # Past log(FAR) a label never comes: held there, the exponential cannot overflow.
        np.minimum(waits, np.log(float(FAR)), out=waits)
        np.exp(waits, out=waits)
        np.ceil(waits, out=waits)
        return np.clip(waits.astype(np.int64), 1, FAR)
