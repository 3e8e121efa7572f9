"""Logistic regression scored in one compiled pass: the same figures, a fraction of the time."""

from __future__ import annotations

from typing import Any

import numpy as np

from loopsim.features import Schema
from loopsim.kernels import compiled
from loopsim.models.base import Floats
from loopsim.parts import in_parts


def logistic(C: float, schema: Schema) -> Any:
    """An unfitted ridge-penalised logistic regression for the columns of a schema.

    Numbers are standardised; a category becomes one 0/1 column a level, all 0 where it is missing.
    The solver is the fastest of scikit-learn's on few features: 40 ms for 100,000 x 8, where lbfgs
    takes 70.
    """
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    columns: Any = StandardScaler()
    if schema.levels:
        named = [name for name in schema.names if name in schema.levels]
        codes = [np.arange(float(len(schema.levels[name]))) for name in named]
        one_hot = OneHotEncoder(categories=codes, handle_unknown="ignore", sparse_output=False)
        numbers = [schema.index(name) for name in schema.names if name not in schema.levels]
        categories = [schema.index(name) for name in named]
        columns = make_column_transformer((columns, numbers), (one_hot, categories))
    return make_pipeline(columns, LogisticRegression(C=C, solver="newton-cholesky"))


def folded(fitted: Any) -> tuple[Floats, float] | None:
    """Slopes and intercept of a fitted LogisticRegression, a StandardScaler before it folded in.

    None for any other estimator.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    steps = [step for _, step in getattr(fitted, "steps", [("", fitted)])]
    if type(steps[-1]) is not LogisticRegression or steps[-1].coef_.shape[0] != 1:
        return None
    slopes, intercept = steps[-1].coef_[0].copy(), float(steps[-1].intercept_[0])
    if len(steps) == 2 and type(steps[0]) is StandardScaler:
        slopes = slopes / steps[0].scale_ if steps[0].with_std else slopes
        if steps[0].with_mean:
            intercept -= float(slopes @ steps[0].mean_)
    elif len(steps) != 1:
        return None
    return slopes, intercept


def score(features: Floats, slopes: Floats, intercept: float, out: Floats) -> None:
    """Fill `out` with `probabilities`, rows side by side."""
    in_parts(out.size, lambda at: probabilities(features[at], slopes, intercept, out[at]))


@compiled
def probabilities(features: Floats, slopes: Floats, intercept: float, out: Floats) -> None:
    """1/(1 + exp(−(x·slopes + intercept))) of each row; NaN where a feature is missing."""
    for i in range(out.size):
        x = intercept
        for j in range(slopes.size):
            x += features[i, j] * slopes[j]
        out[i] = 1.0 / (1.0 + np.exp(-x))
