"""What every fit asks of its rows, and who is who in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError
from loopsim.models.base import CannotFit, Floats
from loopsim.slates import Interactions

Ints = NDArray[np.int64]


def checked_weights(model: Any, labels: NDArray[np.int8], weights: Floats | None) -> Floats:
    """(n,) the weights of the rows, 1 each where none are given.

    Raises
    ------
    CannotFit
        Without rows, without a click, or with nothing but clicks.
    InputError
        If there are weights and the model takes none.
    """
    if weights is not None and not model.takes_weights:
        raise InputError(
            f"model {model.name}: it takes no weights; set training.weights to none, and "
            "training.reject_inference to none or hard-cutoff"
        )
    clicks, n = int(np.sum(labels)), len(labels)
    if n == 0:
        raise CannotFit("no impression whose answer is known")
    if clicks in (0, n):
        raise CannotFit(f"one class only: {clicks} of {n} impressions were clicked")
    return np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)


def places(known: Ints, users: Ints) -> Ints:
    """Where each user stands among the (sorted) known ones; -1 for one who is not there.

    >>> places(np.array([3, 7, 9]), np.array([9, 4, 3]))
    array([ 2, -1,  0])
    """
    at = np.minimum(np.searchsorted(known, users), max(known.size - 1, 0))
    there = known[at] == users if known.size else np.zeros(users.size, dtype=bool)
    return np.where(there, at, -1)


def clicks_by_user(
    rows: Interactions, labels: NDArray[np.int8], weights: Floats
) -> tuple[Ints, Any]:
    """Who clicked at all (u,), and a sparse (u, m) matrix of the weight of their clicks."""
    from scipy.sparse import csr_matrix

    clicked = labels == 1
    users, row = np.unique(rows.users[clicked], return_inverse=True)
    shape = (users.size, len(rows.catalogue))
    matrix = csr_matrix((weights[clicked], (row, rows.items[clicked])), shape=shape)
    matrix.sum_duplicates()
    return users, matrix


def shown(rows: Interactions) -> NDArray[np.bool_]:
    """(m,) whether the rows say anything of an item."""
    return np.bincount(rows.items, minlength=len(rows.catalogue)) > 0


def spread(rows: int, most: int) -> Ints:
    """At most `most` of the rows, evenly spread over all of them.

    >>> spread(10, 4)
    array([0, 2, 5, 7])
    """
    return np.arange(min(rows, most)) * rows // max(min(rows, most), 1)
