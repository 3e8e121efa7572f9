"""Labels that all take equally long, or never come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws
from loopsim.feedback import FAR


@dataclass(frozen=True)
class FixedDelay:
    """The same number of rounds for every label.

    Parameters
    ----------
    after : int >= 1
        Rounds; `FAR` for never.

    Examples
    --------
    >>> import numpy as np
    >>> FixedDelay(3).rounds(np.array([1, 0], np.int8), Draws(0), 0, np.array([7, 8]))
    array([3, 3])
    """

    after: int

    def rounds(
        self,
        label: NDArray[np.int8],
        draws: Draws,
        t: int,
        ids: NDArray[np.int64],
        k: int = 0,
    ) -> NDArray[np.int64]:
        """See `Delay.rounds`; no draw is needed."""
        return np.full(label.size, self.after, np.int64)


NEVER = FixedDelay(int(FAR))
