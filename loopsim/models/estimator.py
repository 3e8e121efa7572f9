"""The door to any estimator: arrays or DataFrames in, checked probabilities out."""

from __future__ import annotations

import copy
import inspect
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError, PluginError, RunFolderError
from loopsim.features import Schema
from loopsim.models import linear
from loopsim.models.base import CannotFit, CannotSave, Floats

#: Packages whose types a saved model may hold.
TRUSTED = ("sklearn", "numpy", "scipy", "xgboost", "lightgbm", "builtins")


class EstimatorModel:
    """A scikit-learn estimator, a Pipeline, or any object with `fit` and `predict_proba` or
    `predict`.

    Parameters
    ----------
    name : str
    estimator : object
        Unfitted; every fit works on a copy.
    schema : Schema
    frame : bool
        Whether the estimator gets a DataFrame.
    incremental : bool
        Whether a fit goes on from the last one with `partial_fit`.
    before : float
        Everybody's score before the first fit.
    """

    def __init__(
        self, name: str, estimator: Any, schema: Schema,
        frame: bool = False, incremental: bool = False, before: float = 0.5,
    ) -> None:  # fmt: skip
        able = hasattr(estimator, "predict_proba") or hasattr(estimator, "predict")
        if not (hasattr(estimator, "fit") and able):
            raise InputError(f"model {name}: it needs fit, and predict_proba or predict")
        if incremental and not hasattr(estimator, "partial_fit"):
            raise InputError(f"model {name}: incremental needs partial_fit, which it lacks")
        self.name, self.estimator, self.schema = name, estimator, schema
        self.frame, self.incremental, self.before = frame, incremental, before
        self.fitted: Any = None
        self.linear: tuple[Floats, float] | None = None
        self.fit_warnings: tuple[str, ...] = ()

    def fit(
        self, features: Any, labels: NDArray[np.int8], weights: Floats | None, random_state: int
    ) -> EstimatorModel:
        """A new fitted model; raises CannotFit where the rows allow none."""
        if np.unique(labels).size < 2:
            raise CannotFit(
                f"all {labels.size} labels are {int(labels[0]) if labels.size else '-'}"
            )
        other = copy.copy(self)
        go_on = self.incremental and self.fitted is not None
        other.fitted = copy.deepcopy(self.fitted if go_on else self.estimator)
        if not go_on:
            _seed(other.fitted, random_state)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            other._learn(self._seen(features), labels.astype(np.int64), weights)
        other.linear = None if self.frame else linear.folded(other.fitted)
        other.fit_warnings = tuple(dict.fromkeys(str(w.message).split("\n")[0] for w in caught))
        return other

    def _learn(self, x: Any, y: NDArray[np.int64], weights: Floats | None) -> None:
        options: dict[str, Any] = {}
        learn = self.fitted.partial_fit if self.incremental else self.fitted.fit
        if weights is not None:
            options[self._weight_name(learn)] = weights
        if self.incremental:
            options["classes"] = np.array([0, 1])
        try:
            learn(x, y, **options)
        except ValueError as error:
            raise CannotFit(
                f"{self.name} refused the rows: {str(error).splitlines()[0]}"
            ) from error

    def _weight_name(self, learn: Any) -> str:
        """How weights are handed over; never dropped in silence."""
        if hasattr(self.fitted, "steps"):
            step, last = self.fitted.steps[-1]
            learn, name = last.fit, f"{step}__sample_weight"
        else:
            name = "sample_weight"
        if "sample_weight" not in inspect.signature(learn).parameters:
            raise InputError(
                f"model {self.name}: it takes no weights; set training.weights to none"
            )
        return name

    def _seen(self, features: Any) -> Any:
        return self.schema.frame(features) if self.frame else features

    def score(self, features: Any) -> Floats:
        """(n,) probabilities of the good outcome; anything else raises PluginError."""
        n = len(features)
        if self.fitted is None:
            return np.full(n, self.before)
        if self.linear is not None:
            scores = np.empty(n)
            linear.probabilities(np.ascontiguousarray(features), *self.linear, scores)
            return self._checked(scores)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if hasattr(self.fitted, "predict_proba"):
                scores = np.asarray(self.fitted.predict_proba(self._seen(features)))
                if scores.shape != (n, 2):
                    raise self._wrong(f"predict_proba gave shape {scores.shape}, not ({n}, 2)")
                scores = scores[:, 1]
            else:
                scores = np.asarray(self.fitted.predict(self._seen(features)))
                if scores.shape != (n,):
                    raise self._wrong(f"predict gave shape {scores.shape}, not ({n},)")
        return self._checked(np.ascontiguousarray(scores, dtype=np.float64))

    def _checked(self, scores: Floats) -> Floats:
        if scores.size and not (scores.min() >= 0.0 and scores.max() <= 1.0):
            bad = ~((scores >= 0.0) & (scores <= 1.0))
            first = int(np.flatnonzero(bad)[0])
            raise self._wrong(
                f"{int(bad.sum())} of {scores.size} scores are not in [0, 1]; "
                f"the first is case {first}: {scores[first]}"
            )
        return scores

    def _wrong(self, message: str) -> PluginError:
        return PluginError(self.name, message, version=None, round=None)

    def save(self, path: Any) -> None:
        """Write the fitted estimator with skops."""
        import skops.io

        try:
            data = skops.io.dumps(self.fitted)
        except Exception as error:
            raise CannotSave(f"{self.name}: {type(error).__name__}: {error}") from error
        Path(path).write_bytes(data)

    def load(self, path: Any) -> EstimatorModel:
        """Read what `save` wrote; a type from elsewhere is refused, and nothing is executed."""
        import skops.io

        own = type(self.estimator).__module__.partition(".")[0]
        unknown = skops.io.get_untrusted_types(file=path)
        foreign = [t for t in unknown if t.partition(".")[0] not in (*TRUSTED, own)]
        if foreign:
            raise RunFolderError(f"{path}: holds types that are not trusted: {', '.join(foreign)}")
        other = copy.copy(self)
        other.fitted = skops.io.load(path, trusted=unknown)
        other.linear = None if self.frame else linear.folded(other.fitted)
        return other


def _seed(estimator: Any, random_state: int) -> None:
    """Every `random_state` of an estimator and its parts that is not set."""
    if not hasattr(estimator, "get_params"):
        return
    names = estimator.get_params(deep=True)
    free = {
        k: random_state
        for k, v in names.items()
        if k.split("__")[-1] == "random_state" and v is None
    }
    if free:
        estimator.set_params(**free)
