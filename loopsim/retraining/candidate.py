"""A fitted model that is not live yet."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    parent : int
        The version that was live when it was fitted; 0 for the first.
    goes_on : bool
        Whether the fit started from that version's parameters.
    data : dict
        Which rows they were and their hash; see `loopsim.retraining.lineage`.
    gate : dict or None
        The verdict that let it through.
    """

    since: int
    reason: str
    rows: int
    model: Model
    features: Any = None
    labels: NDArray[np.int8] | None = None
    parent: int = 0
    goes_on: bool = False
    data: dict[str, Any] = field(default_factory=dict)
    gate: dict[str, Any] | None = None
