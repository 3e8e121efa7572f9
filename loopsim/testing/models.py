"""What every model must keep to: run it on your own before you trust a run with it.

>>> from loopsim.features import Schema
>>> from loopsim.models.fixed import ConstantModel
>>> check_model(ConstantModel(0.4), Schema(("income",)))
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.errors import InputError, RunFolderError
from loopsim.features import Schema
from loopsim.models.base import CannotFit, CannotSave, Floats, Model
from loopsim.testing import requirement

ROWS = 400


def check_model(model: Model, schema: Schema) -> None:
    """Raise AssertionError, naming the rule, if an unfitted model breaks the interface.

    Parameters
    ----------
    model : Model
        As a scenario builds it: not fitted yet.
    schema : Schema
        The features that it is made for. It is fitted on 400 rows of standard normals and evenly
        frequent levels, none missing, with labels that follow the first feature.

    Raises
    ------
    AssertionError
        If scores are not (n,) float64 in [0, 1], a fit changes the model it was asked of or its
        rows, the same rows and `random_state` score differently, a score depends on the other
        cases, weights are dropped in silence, one class raises anything but CannotFit, or a saved
        model scores differently when it is loaded, or has other bytes when it is saved again.
    """
    x, y = _rows(schema)
    require(bool(getattr(model, "name", "")), "a model has a name", model)
    before = _score(model, x, "before the first fit")
    kept_x, kept_y = x.copy(), y.copy()
    fitted = model.fit(x, y, None, 1)
    require(fitted is not model, "fit returns a new model", model)
    same = bool((model.score(x) == before).all())
    require(same, "fit leaves the model that it was asked of as it was", model)
    scores = _score(fitted, x, "after a fit")
    intact = np.array_equal(x, kept_x, equal_nan=True) and np.array_equal(y, kept_y)
    require(intact, "neither fit nor score changes the rows", model)
    again = model.fit(x, y, None, 1).score(x)
    require(bool((again == scores).all()), "the same rows and seed give the same scores", model)
    alone = np.allclose(fitted.score(x[7:20].copy()), scores[7:20], rtol=0.0, atol=1e-9)
    require(alone, "a score does not depend on the other cases", model)
    _check_weights(model, x, y)
    _check_one_class(model, x)
    check_files(model, fitted, scores, lambda loaded: loaded.score(x))


def _rows(schema: Schema) -> tuple[Floats, NDArray[np.int8]]:
    """Features of every kind that a schema has, and labels that follow the first of them."""
    draws, ids = Draws(0), np.arange(ROWS)
    x = np.empty((ROWS, len(schema)))
    for j, name in enumerate(schema.names):
        levels = schema.levels.get(name)
        if levels is None:
            draws.normal(Stream.FEATURE, 0, ids, j, out=x[:, j])
        else:
            x[:, j] = np.floor(draws.uniform(Stream.FEATURE, 0, ids, j) * len(levels))
    chance = 1.0 / (1.0 + np.exp(-(x[:, 0] - x[:, 0].mean())))
    return x, (draws.uniform(Stream.OUTCOME, 0, ids) < chance).astype(np.int8)


def _score(model: Model, x: Floats, when: str) -> Floats:
    scores = model.score(x)
    typed = isinstance(scores, np.ndarray) and scores.shape == (len(x),)
    require(typed and scores.dtype == np.float64, f"{when}, scores are (n,) float64", model)
    proper = bool(((scores >= 0.0) & (scores <= 1.0)).all())
    require(proper, f"{when}, every score is in [0, 1] and none is NaN", model)
    return scores.copy()


def _check_weights(model: Model, x: Floats, y: NDArray[np.int8]) -> None:
    """Good labels weigh a thousand times as much: a model that learns must score higher."""
    if not getattr(model, "takes_weights", True):
        refused = _raises(InputError, model, x, y, np.ones(len(y)))
        require(refused, "a model that takes no weights raises InputError if it gets some", model)
        return
    plain = model.fit(x, y, None, 1).score(x).mean()
    weighted = model.fit(x, y, np.where(y == 1, 1000.0, 1.0), 1).score(x).mean()
    learns = bool((model.fit(x, y, None, 1).score(x) != model.score(x)).any())
    require(not learns or weighted > plain, "weights are not dropped in silence", model)


def _check_one_class(model: Model, x: Floats) -> None:
    try:
        fitted = model.fit(x, np.ones(len(x), dtype=np.int8), None, 1)
    except CannotFit:
        return
    except Exception as error:
        rule = f"one class only raises CannotFit, not {type(error).__name__}"
        raise AssertionError(f"model {model.name}: {rule}") from error
    _score(fitted, x, "after a fit on one class")


def check_files(
    model: Any, fitted: Any, scores: NDArray[Any], scored: Callable[[Any], NDArray[Any]]
) -> None:
    """What is saved is the same bytes each time, and scores the same when it is loaded."""
    with TemporaryDirectory() as folder:
        one, two, other = (Path(folder) / name for name in ("one", "two", "other"))
        try:
            fitted.save(one)
            fitted.save(two)
        except CannotSave:
            return
        same = one.read_bytes() == two.read_bytes()
        require(same, "the same model is saved as the same bytes", model)
        back = np.array_equal(scored(model.load(one)), scores)
        require(back, "a saved model scores the same when it is loaded", model)
        other.write_bytes(b"no model")
        try:
            model.load(other)
        except RunFolderError:
            return
        raise AssertionError(f"model {model.name}: a file that is no model raises RunFolderError")


def _raises(kind: type[Exception], model: Model, x: Any, y: Any, weights: Any) -> bool:
    try:
        model.fit(x, y, weights, 1)
    except kind:
        return True
    return False


def require(holds: bool, rule: str, model: Any) -> None:
    """AssertionError with the model's name and the rule, unless it holds."""
    requirement.require(holds, rule, "model", model)
