"""The mean of what was seen."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from loopsim.models.base import Floats
from loopsim.models.fixed import ConstantModel


class MeanModel(ConstantModel):
    """Predicts the (weighted) mean of the outcomes that it was fitted on."""

    within: ClassVar[tuple[float, float]] = (-np.inf, np.inf)

    def __init__(self, value: float = 0.0) -> None:
        super().__init__(value, "mean")

    def fit(
        self, features: Any, labels: Floats, weights: Floats | None, random_state: int
    ) -> MeanModel:
        """See `loopsim.models.base.Model.fit`."""
        return MeanModel(float(np.average(labels, weights=weights)))
