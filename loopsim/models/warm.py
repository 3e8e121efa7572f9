"""Warm starts: a fit on all rows of the window that starts from the champion's parameters."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from loopsim.errors import InputError

SIZE = "n_estimators"  # what a forest or a boosted model grows by
BOOSTER = "xgb_model"  # the argument by which XGBoost's fit goes on from another model


def check(name: str, estimator: Any, more: int, *, warm_start: bool, incremental: bool) -> None:
    """Raise InputError if an estimator cannot start from another fit of its own."""
    if not warm_start:
        raise InputError(f"model {name}: more = {more} is for warm_start: true")
    if incremental:
        raise InputError(f"model {name}: choose one of warm_start and incremental")
    last = _last(estimator)
    kind = type(last).__name__
    if kind.startswith("HistGradientBoosting"):
        raise InputError(
            f"model {name}: {kind} goes on only on the very rows of its last fit (its bins are "
            "theirs); for a warm start use sklearn.ensemble.GradientBoostingClassifier"
        )
    if not (_has(last, "warm_start") or _boosts(last)):
        raise InputError(f"model {name}: warm_start needs a setting of that name, {kind} has none")
    grows = _has(last, SIZE)
    if grows and more == 0:
        raise InputError(
            f"model {name}: a warm start of {kind} adds trees and changes none: say how many, "
            "more: 20"
        )
    if grows and any(step != "passthrough" for _, step in getattr(estimator, "steps", [])[:-1]):
        raise InputError(
            f"model {name}: a warm start keeps trees that were grown on what the steps before made "
            f"of older rows; give {kind} the features as they are"
        )
    if more and not grows:
        raise InputError(f"model {name}: more = {more}: {kind} has no {SIZE} that could grow")


def started(fitted: Any, estimator: Any, more: int) -> tuple[Any, dict[str, Any]]:
    """What to fit so that it goes on from a fitted estimator, and options of that fit.

    Returns
    -------
    estimator : object
        A copy; the one that goes on from is left as it is.
    options : dict
    """
    if _boosts(_last(estimator)):
        fresh = copy.deepcopy(estimator)
        _last(fresh).set_params(**{SIZE: more})
        return fresh, {_prefix(fresh) + BOOSTER: _last(fitted).get_booster()}
    other = copy.deepcopy(fitted)
    last = _last(other)
    last.set_params(warm_start=True)
    if more:
        last.set_params(**{SIZE: len(last.estimators_) + more})
    return other, {}


def _last(estimator: Any) -> Any:
    return estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator


def _prefix(estimator: Any) -> str:
    return f"{estimator.steps[-1][0]}__" if hasattr(estimator, "steps") else ""


def _has(estimator: Any, setting: str) -> bool:
    return hasattr(estimator, "get_params") and setting in estimator.get_params(deep=False)


def _boosts(estimator: Any) -> bool:
    return BOOSTER in inspect.signature(estimator.fit).parameters
