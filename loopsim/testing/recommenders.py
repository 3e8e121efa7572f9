"""What every recommender must keep to: run it on your own before you trust a run with it.

>>> from loopsim.models.ranking.popularity import Popularity
>>> check_recommender(Popularity())
"""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.errors import InputError
from loopsim.models.base import CannotFit, Floats
from loopsim.models.ranking.base import Recommender
from loopsim.slates import Catalogue, Interactions, Scorer, Visits
from loopsim.testing.models import check_files, require

ROWS, USERS, ITEMS, LATER = 3000, 60, 24, 5
CROWD, SHELVES = 1500, 1200  # visits and items whose scores, kept whole, could not be overlooked
TOLERANCE = 1e-4  # relative: float32, and a matrix product adds up by the shape of the block
Scores = NDArray[np.float32]


def check_recommender(model: Recommender) -> None:
    """Raise AssertionError, naming the rule, if an unfitted recommender breaks the interface.

    Parameters
    ----------
    model : Recommender
        As a scenario builds it: not fitted yet. It is fitted on 3,000 impressions of 24 items by
        60 users, with labels that follow what each of two kinds of users likes.

    Raises
    ------
    AssertionError
        If a block is not (visits, items) float32 and finite, its scores depend on the other visits
        or on the block, a belief is not in [0, 1] or falls where scores rise, scores differ before
        the first fit, a fit changes the model it was asked of or its rows, the same rows and
        `random_state` score differently, users or items that came after the fit have no scores,
        weights are dropped in silence, no rows raise anything but CannotFit, `score` keeps users ×
        items whole, or a saved model scores differently when it is loaded, or has other bytes when
        it is saved again.
    """
    rows, labels = _rows()
    visits = _visits(np.arange(USERS), _catalogue(ITEMS))
    require(bool(getattr(model, "name", "")), "a model has a name", model)
    _check_before(model, visits)
    kept = _copied(rows), labels.copy()
    fitted = model.fit(rows, labels, None, 1)
    require(fitted is not model, "fit returns a new model", model)
    _check_before(model, visits, "fit leaves the model that it was asked of as it was")
    scores = _all(model, fitted, visits)
    intact = _same(rows, kept[0]) and np.array_equal(labels, kept[1])
    require(intact, "neither fit nor score changes the rows", model)
    again = _all(model, model.fit(rows, labels, None, 1), visits)
    require(np.array_equal(again, scores), "the same rows and seed give the same scores", model)
    _check_blocks(model, fitted, visits, scores)
    _check_beliefs(model, fitted.score(visits), scores)
    _check_later(model, fitted)
    _check_memory(model, fitted)
    _check_weights(model, rows, labels)
    _check_no_rows(model, rows, labels)
    check_files(model, fitted, scores, lambda loaded: _all(model, loaded, visits))


def _catalogue(items: int) -> Catalogue:
    """Two kinds of items, the odd and the even ones; one more attribute says nothing."""
    i = np.arange(items)
    attributes = np.column_stack([i % 2, (i * 7 % 10) / 10.0])
    return Catalogue(attributes, i % 5, i // 8, np.ones(items, dtype=bool))


def _attributes(users: NDArray[np.int64]) -> Floats:
    """Which kind a user likes, and a number that says nothing."""
    return np.column_stack([users % 2, (users * 3 % 10) / 10.0]).astype(np.float64)


def _visits(users: NDArray[np.int64], catalogue: Catalogue) -> Visits:
    none = np.empty((users.size, 0), dtype=np.int64)
    return Visits(users, _attributes(users), none, catalogue)


def _rows() -> tuple[Interactions, NDArray[np.int8]]:
    """Impressions of everything to everybody, and clicks on what they like."""
    draws, ids = Draws(0), np.arange(ROWS)
    users, items = (
        (draws.uniform(Stream.FEATURE, 0, ids, k) * size).astype(np.int64)
        for k, size in enumerate((USERS, ITEMS))
    )
    chance = np.where(users % 2 == items % 2, 0.5, 0.1) + 0.1 * (items < 4)
    clicks = draws.uniform(Stream.OUTCOME, 0, ids) < chance
    rows = Interactions(users, items, ids % 10, _attributes(users), _catalogue(ITEMS))
    return rows, clicks.astype(np.int8)


def _parts(rows: Interactions) -> list[NDArray[Any]]:
    catalogue = rows.catalogue
    own = [rows.users, rows.items, rows.position, rows.attributes]
    return [*own, catalogue.attributes, catalogue.creator, catalogue.born, catalogue.available]


def _copied(rows: Interactions) -> Interactions:
    users, items, position, attributes, *catalogue = (part.copy() for part in _parts(rows))
    return Interactions(users, items, position, attributes, Catalogue(*catalogue))


def _same(one: Interactions, other: Interactions) -> bool:
    return all(map(np.array_equal, _parts(one), _parts(other)))


def _block(model: Recommender, scorer: Scorer, at: slice, items: int) -> Scores:
    block = scorer.block(at)
    shape = (at.stop - at.start, items)
    typed = isinstance(block, np.ndarray) and block.shape == shape and block.dtype == np.float32
    require(typed, "a block is (visits in the slice, items) float32", model)
    require(bool(np.isfinite(block).all()), "every score is finite", model)
    return block


def _all(model: Recommender, fitted: Recommender, visits: Visits) -> Scores:
    n, items = len(visits), len(visits.catalogue)
    return _block(model, fitted.score(visits), slice(0, n), items).copy()


def _check_before(
    model: Recommender,
    visits: Visits,
    rule: str = "before the first fit all items score alike",
) -> None:
    scores = _all(model, model, visits)
    require(bool((scores == scores[:, :1]).all()), rule, model)


def _check_blocks(model: Recommender, fitted: Recommender, visits: Visits, scores: Scores) -> None:
    scorer, items = fitted.score(visits), len(visits.catalogue)
    _block(model, scorer, slice(0, len(visits)), items)[:] = 7.0
    intact = _block(model, scorer, slice(0, len(visits)), items)
    rule = "the caller may overwrite a block, and asks for it again"
    require(np.array_equal(intact, scores), rule, model)
    later = _block(model, scorer, slice(20, 33), items)
    require(_close(later, scores[20:33]), "a score does not depend on the block", model)
    alone = _visits(visits.users[[31, 7, 20]], visits.catalogue)
    close = _close(_all(model, fitted, alone), scores[[31, 7, 20]])
    require(close, "a score does not depend on the other visits", model)
    nobody = _all(model, fitted, _visits(visits.users[:0], visits.catalogue))
    require(nobody.shape == (0, items), "no visits give no scores", model)


def _close(one: Scores, other: Scores) -> bool:
    return bool(np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE * np.abs(other).max()))


def _check_beliefs(model: Recommender, scorer: Scorer, scores: Scores) -> None:
    ordered = np.sort(scores.ravel())
    for values in (ordered, ordered.astype(np.float64), ordered.reshape(ITEMS, -1)):
        beliefs = scorer.believed(values)
        typed = isinstance(beliefs, np.ndarray) and beliefs.dtype == np.float64
        shaped = typed and beliefs.shape == values.shape
        require(shaped, "beliefs are float64, of the shape of the scores", model)
        proper = bool(((beliefs >= 0.0) & (beliefs <= 1.0)).all())
        require(proper, "every belief is in [0, 1] and none is NaN", model)
        rising = bool((np.diff(beliefs.ravel()) >= 0.0).all())
        require(rising, "a belief never falls where scores rise", model)


def _check_later(model: Recommender, fitted: Recommender) -> None:
    """Five more items and as many users, of whom the fit knew nothing."""
    users = np.array([3, USERS + 7, 10**9])
    try:
        scores = _all(model, fitted, _visits(users, _catalogue(ITEMS + LATER)))
    except AssertionError:
        raise
    except Exception as error:
        rule = f"users and items that came after the fit have scores, not {type(error).__name__}"
        raise AssertionError(f"model {model.name}: {rule}") from error
    require(scores.shape == (3, ITEMS + LATER), "later items have scores", model)


def _check_memory(model: Recommender, fitted: Recommender) -> None:
    crowd = _visits(np.arange(CROWD), _catalogue(SHELVES))
    tracemalloc.start()
    try:
        fitted.score(crowd)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    small = peak < CROWD * SHELVES * 4
    require(small, "score keeps no users × items matrix: that is what blocks are for", model)


def _check_weights(model: Recommender, rows: Interactions, labels: NDArray[np.int8]) -> None:
    """Clicks on even items weigh a hundred times as much: that must not be the same model."""
    weights = np.where((labels == 1) & (rows.items % 2 == 0), 100.0, 1.0)
    if not getattr(model, "takes_weights", True):
        try:
            model.fit(rows, labels, weights, 1)
        except InputError:
            return
        rule = "a model that takes no weights raises InputError if it gets some"
        raise AssertionError(f"model {model.name}: {rule}")
    visits = _visits(np.arange(USERS), rows.catalogue)
    plain = _all(model, model.fit(rows, labels, None, 1), visits)
    weighted = _all(model, model.fit(rows, labels, weights, 1), visits)
    learns = bool((plain != plain[:, :1]).any())
    dropped = learns and np.array_equal(plain, weighted)
    require(not dropped, "weights are not dropped in silence", model)


def _check_no_rows(model: Recommender, rows: Interactions, labels: NDArray[np.int8]) -> None:
    for which, what in (
        (slice(0, 0), "no rows"),
        (labels == 0, "no clicks"),
        (labels == 1, "only clicks"),
    ):
        try:
            fitted = model.fit(rows[which], labels[which], None, 1)
        except CannotFit:
            continue
        except Exception as error:
            rule = f"{what}: that raises CannotFit, not {type(error).__name__}"
            raise AssertionError(f"model {model.name}: {rule}") from error
        _all(model, fitted, _visits(np.arange(USERS), rows.catalogue))
