"""A model version: what scored, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    number: int
    round: int
    rows: int
    reason: str
    model: Model
