"""From what an estimator answers to checked probabilities of the good outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats

_ROUNDING = 1e-9


class WrongScore(ValueError):
    """An estimator's answer is not a probability for each case; the message says what it is."""


def answered(fitted: Any, x: Any, n: int) -> Floats:
    """(n,) what `predict_proba` (its column of class 1) or `predict` gives for n cases."""
    if not hasattr(fitted, "predict_proba"):
        scores = np.asarray(fitted.predict(x))
        if scores.shape != (n,):
            raise WrongScore(f"predict gave shape {scores.shape}, not ({n},)")
        return _numbers(scores, "predict")
    scores = np.asarray(fitted.predict_proba(x))
    if scores.shape != (n, 2):
        raise WrongScore(f"predict_proba gave shape {scores.shape}, not ({n}, 2)")
    return _numbers(scores[:, good_column(fitted)], "predict_proba")


def _numbers(scores: NDArray[Any], method: str) -> Floats:
    if scores.dtype.kind not in "fiub":
        raise WrongScore(f"{method} gave values of type {scores.dtype}, not numbers")
    return np.ascontiguousarray(scores, dtype=np.float64)


def good_column(fitted: Any) -> int:
    """Which column of `predict_proba` is class 1, by ``classes_`` where there is one."""
    classes = getattr(fitted, "classes_", None)
    if classes is None:
        return 1
    classes = list(classes)
    if sorted(classes) != [0, 1]:
        raise WrongScore(f"its classes_ are {classes}, not 0 and 1")
    return classes.index(1)


def checked(scores: Floats, features: Any) -> Floats:
    """The scores, if each is in [0, 1]; up to 1e-9 beyond, which is rounding, they are clipped."""
    if not scores.size or (scores.min() >= 0.0 and scores.max() <= 1.0):
        return scores
    bad = ~((scores >= -_ROUNDING) & (scores <= 1.0 + _ROUNDING))
    if not bad.any():
        return np.clip(scores, 0.0, 1.0)
    first = int(np.flatnonzero(bad)[0])
    hole = " (a feature of it is missing)" if np.isnan(features[first]).any() else ""
    raise WrongScore(
        f"{int(bad.sum())} of {scores.size} scores are not in [0, 1]; "
        f"the first is case {first}: {scores[first]}{hole}"
    )
