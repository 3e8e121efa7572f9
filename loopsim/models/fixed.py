"""Models that learn nothing: a constant, and the oracle."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from loopsim.models.base import Floats


@dataclass
class ConstantModel:
    """The same score for everybody.

    >>> ConstantModel(0.4).score(np.zeros((2, 1)))
    array([0.4, 0.4])
    """

    value: float
    name: str = "constant"

    def fit(self, features: Any, labels: Any, weights: Any, random_state: int) -> ConstantModel:
        """There is nothing to learn."""
        return ConstantModel(self.value)

    def score(self, features: Any) -> Floats:
        """(n,) the constant."""
        return np.full(len(features), self.value)

    def save(self, path: Any) -> None:
        """Write it as JSON."""
        Path(path).write_text(json.dumps(asdict(self), sort_keys=True))

    def load(self, path: Any) -> ConstantModel:
        """Read what `save` wrote."""
        return type(self)(**json.loads(Path(path).read_text()))


@dataclass
class OracleModel(ConstantModel):
    """Scores with the true probability, which the round hands to nobody else."""

    value: float = 0.5
    name: str = "oracle"
    needs_truth = True

    def fit(self, features: Any, labels: Any, weights: Any, random_state: int) -> OracleModel:
        """There is nothing to learn."""
        return OracleModel()

    def score_truth(self, probability: Floats) -> Floats:
        """(n,) the truth."""
        return probability
