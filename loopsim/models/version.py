"""A model version: what scored, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loopsim.models.base import Model


@dataclass(frozen=True)
class ModelVersion:
    """One fitted model in the line of versions.

    Attributes
    ----------
    number : int
        1, 2, ...; 0 is the model before anything was fitted.
    round : int
        The round at whose start it went live.
    rows : int
        Training rows.
    reason : str
        Why it was fitted.
    model : Model
    live : bool
        Whether it has gone live for everybody; a canary has not yet, and may never.
    origin : dict
        What it came from; see `loopsim.retraining.lineage`.
    """

    number: int
    round: int
    rows: int
    reason: str
    model: Model
    live: bool = True
    origin: dict[str, Any] = field(default_factory=dict)
