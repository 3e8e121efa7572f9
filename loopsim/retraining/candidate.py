"""A fitted model that is not live yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Model


@dataclass(frozen=True)
class Candidate:
    """One fit, on its way to the gate.

    Attributes
    ----------
    since : int
        The round in which it was fitted.
    reason : str
        Why.
    rows : int
        Training rows.
    model : Model
    features, labels : arrays, or None
        Those rows; None once it had to wait.
    """

    since: int
    reason: str
    rows: int
    model: Model
    features: Any = None
    labels: NDArray[np.int8] | None = None
