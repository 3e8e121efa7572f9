"""Sensitive columns: what is left of the dashboard without the group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopsim.governance.counts import Observed


def ungrouped(observed: Observed) -> Observed:
    """Figures of everybody alone: nobody knows who is of which group, nor any gap between them.

    >>> ungrouped({"approval": np.array([0.5, 0.6, 0.4]), "gap.approval": np.array([0.2])})
    {'approval': array([0.5, nan, nan]), 'gap.approval': array([nan])}
    """
    return {name: _of_all(name, values) for name, values in observed.items()}


def _of_all(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.full_like(values, np.nan)
    if not name.startswith("gap."):
        known[0] = values[0]
    return known
