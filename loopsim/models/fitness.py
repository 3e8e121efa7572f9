"""Whether an estimator can serve as a model at all, asked before anything has run."""

from __future__ import annotations

from typing import Any

from loopsim.errors import InputError
from loopsim.features import Schema
from loopsim.models import learning
from loopsim.registry import nearest


def check(name: str, estimator: Any, schema: Schema, frame: bool, incremental: bool) -> None:
    """Raise InputError, saying what is missing, if an estimator cannot be used."""
    able = hasattr(estimator, "predict_proba") or hasattr(estimator, "predict")
    if not (hasattr(estimator, "fit") and able):
        raise InputError(f"model {name}: it needs fit, and predict_proba or predict")
    if _only_labels(estimator):
        raise InputError(
            f"model {name}: as it is set up it gives labels, no probabilities; wrap it in "
            "sklearn.calibration.CalibratedClassifierCV, or choose another loss"
        )
    part = learning.stuck(estimator) if incremental else None
    if part is not None:
        raise InputError(f"model {name}: incremental needs partial_fit, which {part} lacks")
    for columns in _columns(estimator):
        _check_columns(name, columns, schema, frame)


def _only_labels(estimator: Any) -> bool:
    """Whether it is a classifier without `predict_proba`: its 0 and 1 are decisions, not scores."""
    if hasattr(estimator, "predict_proba") or not hasattr(estimator, "__sklearn_tags__"):
        return False
    from sklearn.base import is_classifier

    return bool(is_classifier(estimator))


def _columns(estimator: Any) -> list[list[Any]]:
    """The columns that each ColumnTransformer in an estimator names."""
    if not hasattr(estimator, "get_params"):
        return []
    parts = [estimator, *estimator.get_params(deep=True).values()]
    lists = [part.transformers for part in parts if hasattr(part, "transformers")]
    named = [t[2] for transformers in lists for t in transformers if len(t) == 3]
    return [
        [c] if isinstance(c, str | int) else c for c in named if isinstance(c, str | int | list)
    ]


def _check_columns(name: str, columns: list[Any], schema: Schema, frame: bool) -> None:
    for column in columns:
        if isinstance(column, str) and not frame:
            raise InputError(
                f"model {name}: to choose columns by name ({column!r}), say frame: true"
            )
        if isinstance(column, str) and column not in schema.names:
            hint = nearest(column, schema.names)
            there = ", ".join(schema.names)
            raise InputError(
                f"model {name}: no feature {column!r}; there are {there}. {hint}".strip()
            )
        if isinstance(column, int) and not -len(schema) <= column < len(schema):
            raise InputError(f"model {name}: no column {column}; there are {len(schema)} features")
