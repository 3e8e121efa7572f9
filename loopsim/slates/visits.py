"""What a model and a policy see of the visits of one round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.slates.catalogue import Catalogue


@dataclass(frozen=True)
class Visits:
    """Who visits, and what they may be shown.

    Attributes
    ----------
    users : (n,) int64 array
        Ids of those who visit.
    attributes : (n, d) float64 array
        What is known of each of them; d may be 0.
    exclude : (n, h) int64 array
        Items that a user must not be shown (again), filled up with -1; h may be 0.
    catalogue : Catalogue
    """

    users: NDArray[np.int64]
    attributes: NDArray[np.float64]
    exclude: NDArray[np.int64]
    catalogue: Catalogue

    def __len__(self) -> int:
        return int(self.users.size)
