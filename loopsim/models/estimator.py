"""The door to any estimator: arrays or DataFrames in, checked probabilities out."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError, PluginError, RunFolderError
from loopsim.features import Schema
from loopsim.models import learning, linear, storage, warm
from loopsim.models.base import CannotFit, CannotSave, Floats
from loopsim.models.fitness import check
from loopsim.models.scores import WrongScore, answered, checked


class EstimatorModel:
    """A scikit-learn estimator, a Pipeline, or any object with `fit` and `predict_proba` or
    `predict`.

    Parameters
    ----------
    name : str
    estimator : object
        Unfitted; every fit works on a copy. A `random_state` that is None is set at each fit.
    schema : Schema
    frame : bool
        Whether the estimator gets a DataFrame.
    incremental : bool
        Whether a fit goes on from the last one with `partial_fit`. The steps of a Pipeline go on
        one after the other.
    before : float
        Everybody's score before the first fit.
    warm_start : bool
        Whether a fit starts from the parameters of this fitted model; see `loopsim.models.warm`.
    more : int
        Trees that it adds then.
    own : bool
        Whether the class is the user's own code, whose errors are bugs and never a reason to keep
        the champion.

    Attributes
    ----------
    fit_warnings : tuple of str
        What the fit warned of, each thing once.
    takes_weights : bool
    """

    def __init__(
        self, name: str, estimator: Any, schema: Schema, frame: bool = False,
        incremental: bool = False, before: float = 0.5, own: bool = False,
        warm_start: bool = False, more: int = 0,
    ) -> None:  # fmt: skip
        check(name, estimator, schema, frame, incremental)
        if warm_start or more:
            warm.check(name, estimator, more, warm_start=warm_start, incremental=incremental)
        self.warm_start, self.more = warm_start, more
        self.name, self.estimator, self.schema = name, estimator, schema
        self.frame, self.incremental, self.before, self.own = frame, incremental, before, own
        self.takes_weights = learning.weight_name(estimator, incremental) is not None
        self.fitted: Any = None
        self.linear: tuple[Floats, float] | None = None
        self.fit_warnings: tuple[str, ...] = ()

    def fit(
        self, features: Any, labels: NDArray[np.int8], weights: Floats | None, random_state: int
    ) -> EstimatorModel:
        """A new fitted model.

        Raises
        ------
        CannotFit
            If the labels are all the same, or if a library's estimator refuses the rows (a
            ValueError) while there is an earlier fit to fall back on.
        PluginError
            If it refuses them and there is nothing to fall back on, or if the user's own class
            raises a ValueError.
        InputError
            If weights are given and the estimator takes none.
        """
        if weights is not None and not self.takes_weights:
            raise InputError(
                f"model {self.name}: it takes no weights; set training.weights to none, and "
                "training.reject_inference to none or hard-cutoff"
            )
        go_on = self.incremental and self.fitted is not None
        if np.unique(labels).size < 2 and not (go_on and labels.size):
            one = int(labels[0]) if labels.size else "-"
            raise CannotFit(f"one class only: all {labels.size} labels are {one}")
        other = copy.copy(self)
        options: dict[str, Any] = {}
        if self.warm_start and self.fitted is not None:
            other.fitted, options = warm.started(self.fitted, self.estimator, self.more)
        else:
            other.fitted = copy.deepcopy(self.fitted if go_on else self.estimator)
        learning.seed(other.fitted, random_state, self.estimator)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self._learn(other.fitted, features, labels, weights, options)
        other.linear = None if self.frame else linear.folded(other.fitted)
        other.fit_warnings = tuple(dict.fromkeys(str(w.message).split("\n")[0] for w in caught))
        return other

    def _learn(
        self, estimator: Any, features: Any, labels: Any, weights: Floats | None,
        options: dict[str, Any],
    ) -> None:  # fmt: skip
        y = np.asarray(labels, dtype=np.int64)
        try:
            x = self._seen(features)
            learning.learn(estimator, x, y, weights, self.incremental, **options)
        except ValueError as error:
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            if self.own or self.fitted is None:
                raise self._wrong(f"fit raised {type(error).__name__}: {said}") from error
            raise CannotFit(f"{self.name} refused the rows: {said}") from error

    def _seen(self, features: Any) -> Any:
        return self.schema.frame(features) if self.frame else features

    def score(self, features: Any) -> Floats:
        """(n,) probabilities of the good outcome; anything else raises PluginError."""
        n = len(features)
        if self.fitted is None:
            return np.full(n, self.before)
        try:
            if self.linear is not None:
                scores = np.empty(n)
                linear.score(np.ascontiguousarray(features), *self.linear, scores)
                return checked(scores, features)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                scores = answered(self.fitted, self._seen(features), n)
            return checked(scores, features)
        except WrongScore as error:
            raise self._wrong(str(error)) from error
        except Exception as error:
            said = str(error).split("\n")[0]
            raise self._wrong(f"scoring raised {type(error).__name__}: {said}") from error

    def _wrong(self, message: str) -> PluginError:
        return PluginError(self.name, message, version=None, round=None)

    def save(self, path: Any) -> None:
        """Write the fitted estimator with skops: the same bytes for the same model."""
        if self.fitted is None:
            raise CannotSave(f"{self.name}: it has not been fitted")
        try:
            storage.write(self.fitted, path, storage.packages(self.estimator))
        except CannotSave as error:
            raise CannotSave(f"{self.name}: {error}") from error

    def load(self, path: Any) -> EstimatorModel:
        """Read what `save` wrote; a type from elsewhere is refused, and nothing is executed."""
        other = copy.copy(self)
        other.fitted = storage.read(path, storage.packages(self.estimator))
        if type(other.fitted) is not type(self.estimator):
            found, mine = type(other.fitted).__name__, type(self.estimator).__name__
            raise RunFolderError(f"{path}: holds a {found}, not the {mine} of {self.name}")
        other.linear = None if self.frame else linear.folded(other.fitted)
        return other
