"""What a recommender learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.slates.catalogue import Catalogue


@dataclass(frozen=True)
class Interactions:
    """Impressions whose answer is known: the features of a fit; labels and weights come beside.

    Attributes
    ----------
    users, items, position : (n,) int64 arrays
        Who was shown what, and where in the slate (0 is the top).
    attributes : (n, d) float64 array
        What is known of each row's user now.
    catalogue : Catalogue
    """

    users: NDArray[np.int64]
    items: NDArray[np.int64]
    position: NDArray[np.int64]
    attributes: NDArray[np.float64]
    catalogue: Catalogue

    def __len__(self) -> int:
        return int(self.users.size)

    def __getitem__(self, which: Any) -> Interactions:
        """The rows at an index or mask."""
        return Interactions(
            self.users[which],
            self.items[which],
            self.position[which],
            self.attributes[which],
            self.catalogue,
        )
