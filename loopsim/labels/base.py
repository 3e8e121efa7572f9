"""What a label delay is: how many rounds pass between a decision and the label."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws


class Delay(Protocol):
    """Rounds from a decision to its label.

    A round first reads the labels that are due and then decides, so the label of a decision made in
    round t is read in round t + 1 at the earliest: no delay is shorter than 1. An outcome that
    shows x rounds after the decision, x any positive number, is read in the first round that begins
    no earlier, so x is rounded up.
    """

    def rounds(
        self,
        label: NDArray[np.int8],
        draws: Draws,
        t: int,
        ids: NDArray[np.int64],
        k: int = 0,
    ) -> NDArray[np.int64]:
        """Rounds until each label is read.

        Parameters
        ----------
        label : (n,) int8 array
            1 good, 0 bad, 2 unknown.
        draws : Draws
            Keyed by ``(Stream.DELAY, t, ids)``.
        t : int
            The round in which the cases opened.
        ids : (n,) int64 array
        k : int
            First repeat of the draw that may be used; a delay made of others passes on the next.

        Returns
        -------
        (n,) int64 array, a new one, from 1 to `loopsim.feedback.FAR` (never)
        """
        ...
