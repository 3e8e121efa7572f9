"""Models that learn nothing: a constant, and the oracle."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from loopsim.errors import RunFolderError
from loopsim.models.base import Floats


@dataclass
class ConstantModel:
    """The same score for everybody.

    >>> ConstantModel(0.4).score(np.zeros((2, 1)))
    array([0.4, 0.4])
    """

    value: float
    name: str = "constant"
    within: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def fit(self, features: Any, labels: Any, weights: Any, random_state: int) -> ConstantModel:
        """There is nothing to learn."""
        return ConstantModel(self.value)

    def score(self, features: Any) -> Floats:
        """(n,) the constant."""
        return np.full(len(features), self.value)

    def save(self, path: Any) -> None:
        """Write it as JSON."""
        Path(path).write_text(json.dumps({"name": self.name, "value": self.value}))

    def load(self, path: Any) -> ConstantModel:
        """Read what `save` wrote; RunFolderError if it is something else."""
        try:
            held = json.loads(Path(path).read_text())
            name, value = held["name"], float(held["value"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunFolderError(f"{path}: not a saved {self.name} model ({error})") from error
        low, high = self.within
        if name != self.name or not low <= value <= high:
            allowed = f"a {self.name} from {low:g} to {high:g}"
            raise RunFolderError(f"{path}: holds {name} = {value}, not {allowed}")
        return type(self)(value)


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
