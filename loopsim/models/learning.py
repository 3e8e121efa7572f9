"""How an estimator is fitted: its seeds, its weights, and fitting on from the last time."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats

_CLASSES = np.array([0, 1])


def seed(estimator: Any, random_state: int, unfitted: Any) -> None:
    """Set every `random_state` of an estimator and its parts that is None in the `unfitted` one."""
    if hasattr(estimator, "get_params"):
        free = {
            name: random_state
            for name, value in unfitted.get_params(deep=True).items()
            if name.split("__")[-1] == "random_state" and value is None
        }
        if free:
            estimator.set_params(**free)
    elif getattr(unfitted, "random_state", 0) is None:
        estimator.random_state = random_state


def weight_name(estimator: Any, incremental: bool) -> str | None:
    """The keyword by which `fit` (or `partial_fit`) takes weights; None if it takes none."""
    if hasattr(estimator, "steps"):
        step, last = estimator.steps[-1]
        inner = weight_name(last, incremental)
        return None if inner is None else f"{step}__{inner}"
    learn = estimator.partial_fit if incremental else estimator.fit
    return "sample_weight" if "sample_weight" in inspect.signature(learn).parameters else None


def stuck(estimator: Any) -> str | None:
    """The part of an estimator that cannot learn on with `partial_fit`; None if all can."""
    for _, step in getattr(estimator, "steps", [("", estimator)]):
        part = type(step).__name__
        if step != "passthrough" and not hasattr(step, "partial_fit"):
            return part
    return None


def learn(
    estimator: Any, x: Any, y: NDArray[np.int64], weights: Floats | None, incremental: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Fit in place, or on from the last fit; `options` are more arguments of the fit."""
    if weights is not None:
        name = weight_name(estimator, incremental)
        assert name is not None, "the caller asks weight_name first"
        options[name.split("__")[-1] if incremental else name] = weights
    if not incremental:
        estimator.fit(x, y, **options)
        return
    *before, last = [step for _, step in getattr(estimator, "steps", [("", estimator)])]
    for step in before:
        if step != "passthrough":
            x = step.partial_fit(x).transform(x)
    if "classes" in inspect.signature(last.partial_fit).parameters:
        options["classes"] = _CLASSES
    last.partial_fit(x, y, **options)
