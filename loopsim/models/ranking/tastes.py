"""What each user likes in an item: a linear regression of clicks on items' attributes per user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled
from loopsim.models.base import CannotFit, Floats
from loopsim.models.ranking.arrays import ArrayModel, Learnt
from loopsim.models.ranking.rows import Ints, places
from loopsim.slates import Catalogue, Interactions, Visits

USERS = 2048  # solved at a time: (users, d, d) matrices of more would not fit the cache


class TasteModel(ArrayModel):
    """Per user, the ridge regression of click on 1 and the standardised attributes of the item.

    Users share what they have in common: the ridge pulls each towards the regression over
    everybody, with the strength of `prior` impressions; who is unknown has just that. For user u
    with rows X, weights W and clicks y, around the common slopes c,

    A = prior · I + XᵀWX,  slopes = c + A⁻¹ XᵀW(y − Xc),

    which is also the posterior of a Gaussian taste with covariance A⁻¹ (unit noise). The place in
    the slate is not accounted for: clicks that a place earned count as the item's.

    Parameters
    ----------
    prior : float > 0
    """

    uncertain = False  # whether the covariances are kept as well

    def __init__(self, prior: float = 30.0) -> None:
        super().__init__()
        self.prior = prior

    def learn(
        self, rows: Interactions, labels: NDArray[np.int8], weights: Floats, random_state: int
    ) -> Learnt:
        """``slopes`` (u, d) of the ``known`` users, those ``common`` to all, and roots (u, d²)."""
        learnt: Learnt = scale(rows.catalogue)
        design = designed(rows.catalogue, learnt).astype(np.float64)
        common = _common(rows.items, labels, weights, design, self.prior)
        known, user = np.unique(rows.users, return_inverse=True)
        slopes = np.empty((known.size, common.size), dtype=np.float32)
        size = common.size * (common.size + 1) // 2
        roots = np.empty((known.size if self.uncertain else 0, size), dtype=np.float32)
        answers = _by_user(user, known.size, rows.items, labels, weights)
        for at, gram, moment in _sums(answers, design):
            precision, slopes[at] = posterior(gram, moment, common, self.prior)
            if self.uncertain:
                roots[at] = packed(np.linalg.cholesky(np.linalg.inv(precision)))
        learnt |= {"known": known, "common": common.astype(np.float32), "slopes": slopes}
        return learnt | {"roots": roots, "state": np.array(random_state)}

    def design(self, catalogue: Catalogue) -> NDArray[np.float32]:
        """(m, d) what the slopes are of, as it was scaled at the fit."""
        return designed(catalogue, self.learnt)

    def slopes(self, visits: Visits) -> NDArray[np.float32]:
        """(n, d) of each visit; the common ones for who is unknown."""
        at = places(self.learnt["known"], visits.users)
        slopes: NDArray[np.float32] = self.learnt["slopes"][at]
        slopes[at < 0] = self.learnt["common"]
        return slopes

    def roots(self, users: Ints) -> NDArray[np.float32]:
        """(n, d(d+1)/2) packed L of each user, with covariance LLᵀ; the prior's if unknown."""
        at = places(self.learnt["known"], users)
        roots: NDArray[np.float32] = self.learnt["roots"][at]
        d = self.learnt["common"].size
        roots[at < 0] = packed(np.eye(d)[None] / np.sqrt(self.prior))[0]
        return roots


def scale(catalogue: Catalogue) -> Learnt:
    """Mean and standard deviation of each attribute that differs between items."""
    x = catalogue.attributes
    if x.shape[1] == 0:
        raise CannotFit("the catalogue has no attributes")
    finite = np.isfinite(x)
    count = np.maximum(finite.sum(axis=0), 1)
    centre = np.where(finite, x, 0.0).sum(axis=0) / count
    width = np.sqrt(np.where(finite, (x - centre) ** 2, 0.0).sum(axis=0) / count)
    return {"centre": centre, "width": np.where(width > 1e-9, width, 1.0)}


def designed(catalogue: Catalogue, learnt: Learnt) -> NDArray[np.float32]:
    """(m, d) a column of ones and the standardised attributes, 0 where one is missing."""
    x = (catalogue.attributes - learnt["centre"]) / learnt["width"]
    x = np.where(np.isfinite(x), x, 0.0)
    return np.column_stack([np.ones(len(x)), x]).astype(np.float32)


def posterior(
    gram: Floats, moment: Floats, mean: Floats, prior: float
) -> tuple[Floats, NDArray[np.float64]]:
    """Precisions (u, d, d) and means (u, d) of tastes with sums XᵀWX and XᵀWy."""
    precision = gram + prior * np.eye(mean.size)
    news = moment - gram @ mean
    return precision, mean + np.linalg.solve(precision, news[..., None])[..., 0]


def _common(
    items: Ints, labels: NDArray[np.int8], weights: Floats, design: Floats, prior: float
) -> Floats:
    """(d,) the regression over everybody's rows, around the share of clicks."""
    impressions = np.bincount(items, weights, minlength=len(design))
    clicks = np.bincount(items, weights * labels, minlength=len(design))
    share = np.zeros(design.shape[1])
    share[0] = clicks.sum() / impressions.sum()
    gram = (design.T * impressions) @ design
    return posterior(gram[None], (clicks @ design)[None], share, prior)[1][0]


@dataclass(frozen=True)
class _Answers:
    """Rows in order of user; those of user u are ``start[u] .. start[u + 1]``."""

    start: Ints
    items: Ints
    clicks: Floats
    weights: Floats


def _by_user(
    user: Ints, users: int, items: Ints, labels: NDArray[np.int8], weights: Floats
) -> _Answers:
    order = np.argsort(user, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(user, minlength=users))])
    return _Answers(start, items[order], labels[order].astype(np.float64), weights[order])


def _sums(answers: _Answers, design: Floats) -> Iterator[tuple[slice, Floats, Floats]]:
    """XᵀWX (u, d, d) and XᵀWy (u, d) of some users at a time."""
    users, d = answers.start.size - 1, design.shape[1]
    for first in range(0, users, USERS):
        at = slice(first, min(first + USERS, users))
        gram, moment = np.zeros((at.stop - first, d, d)), np.zeros((at.stop - first, d))
        start = answers.start[first : at.stop + 1]
        _add(start, answers.items, answers.clicks, answers.weights, design, gram, moment)
        yield at, gram, moment


@compiled
def _add(
    start: Ints, items: Ints, clicks: Floats, weights: Floats, design: Floats, gram: Floats,
    moment: Floats,
) -> None:  # fmt: skip
    d = design.shape[1]
    for u in range(start.size - 1):
        for row in range(start[u], start[u + 1]):
            x = design[items[row]]
            for i in range(d):
                heavy = weights[row] * x[i]
                moment[u, i] += heavy * clicks[row]
                for j in range(i + 1):
                    gram[u, i, j] += heavy * x[j]
        for i in range(d):
            for j in range(i):
                gram[u, j, i] = gram[u, i, j]


def packed(matrices: NDArray[Any]) -> NDArray[Any]:
    """(n, d(d+1)/2) the lower triangles of (n, d, d) matrices, row by row."""
    i, j = np.tril_indices(matrices.shape[-1])
    return matrices[:, i, j]


def unpacked(rows: NDArray[np.float32], d: int) -> NDArray[np.float32]:
    """(n, d, d) lower triangles with zeros above: the inverse of `packed`."""
    i, j = np.tril_indices(d)
    out = np.zeros((len(rows), d, d), dtype=np.float32)
    out[:, i, j] = rows
    return out
