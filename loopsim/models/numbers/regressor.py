"""The door to any estimator that predicts a number."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np

from loopsim.errors import PluginError, RunFolderError
from loopsim.models import learning, storage
from loopsim.models.base import CannotFit, CannotSave, Floats


class RegressorModel:
    """A scikit-learn regressor, or any object with `fit` and `predict`.

    Parameters
    ----------
    name : str
    estimator : object
        Unfitted; every fit works on a copy. A `random_state` that is None is set at each fit.
    before : float
        The prediction before the first fit.
    """

    def __init__(self, name: str, estimator: Any, before: float = 0.0) -> None:
        self.name, self.estimator, self.before = name, estimator, before
        self.takes_weights = learning.weight_name(estimator, False) is not None
        self.fitted: Any = None

    def fit(
        self, features: Floats, labels: Floats, weights: Floats | None, random_state: int
    ) -> RegressorModel:
        """A new fitted model; CannotFit if the library refuses the rows."""
        other = copy.copy(self)
        other.fitted = copy.deepcopy(self.estimator)
        learning.seed(other.fitted, random_state, self.estimator)
        options: dict[str, Any] = {}
        if weights is not None:
            name = learning.weight_name(self.estimator, False)
            options[name or "sample_weight"] = weights
        try:
            other.fitted.fit(features, labels, **options)
        except ValueError as error:
            raise CannotFit(
                f"{self.name} refused the rows: {str(error).splitlines()[0]}"
            ) from error
        return other

    def score(self, features: Floats) -> Floats:
        """(n,) predictions, finite; anything else raises PluginError."""
        n = len(features)
        if self.fitted is None:
            return np.full(n, self.before)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scores = np.asarray(self.fitted.predict(features), dtype=np.float64)
        if scores.shape != (n,) or not np.isfinite(scores).all():
            wrong = f"shape {scores.shape}, not ({n},)" if scores.shape != (n,) else "not finite"
            raise PluginError(self.name, f"predictions are {wrong}", version=None, round=None)
        return scores

    def save(self, path: Any) -> None:
        """Write the fitted estimator with skops: the same bytes for the same model."""
        if self.fitted is None:
            raise CannotSave(f"{self.name}: it has not been fitted")
        storage.write(self.fitted, path, storage.packages(self.estimator))

    def load(self, path: Any) -> RegressorModel:
        """Read what `save` wrote; a type from elsewhere is refused, and nothing is executed."""
        other = copy.copy(self)
        other.fitted = storage.read(path, storage.packages(self.estimator))
        if type(other.fitted) is not type(self.estimator):
            raise RunFolderError(f"{path}: holds no {type(self.estimator).__name__}")
        return other
