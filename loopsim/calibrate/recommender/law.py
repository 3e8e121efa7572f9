"""The law of choice: factors, what everybody likes, and how strongly both count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.recommender.log import Log
from loopsim.calibrate.recommender.stars import fit_stars, stars_of
from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.stars import StarLaw
from loopsim.parts import threads

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ALPHA, RIDGE, SWEEPS = 20.0, 50.0, 15  # of alternating least squares
CELLS = 20_000_000  # users x items that costly figures may rest on
MOST = 2000  # users that they may rest on
ROUNDS = 8  # of fitting items' own log-odds to their shares
LATE = 0.2  # share of each user's rows, the last ones, that are kept back


@dataclass(frozen=True)
class Law:
    """Log-odds of a choice: `bias` + user · item, up to what all items of a choice share.

    Attributes
    ----------
    strength : float
        What products of the factors were multiplied by; it is in `users` already.
    trend : float
        What the logarithm of popularity, or of the click rate, counts.
    position : (k,) float64
        Attention at each place over that at the top.
    intercept : float or None
        Known only from impressions that nobody clicked.
    stars : StarLaw or None
        Of `value`; None where the data have no stars.
    """

    users: NDArray[np.float32]
    items: NDArray[np.float32]
    bias: Floats
    strength: float
    trend: float
    position: Floats | None = None
    intercept: float | None = None
    stars: StarLaw | None = None

    def scores(self, rows: Ints) -> Floats:
        """(b, m) log-odds of every item for some users."""
        return np.asarray((self.users[rows] @ self.items.T).astype(np.float64) + self.bias)

    def value(self, users: Ints, items: Ints) -> Floats:
        """(n,) log-odds of one item each."""
        return np.asarray(
            np.einsum("nf,nf->n", self.users[users], self.items[items]) + self.bias[items]
        )


def late_rows(log: Log, rows: Bools, share: float = LATE) -> Bools:
    """The last rows of each user among `rows`; a user with fewer than five keeps them all."""
    at = np.flatnonzero(rows)
    at = at[np.argsort(log.user[at], kind="stable")]
    user = log.user[at]
    number = np.bincount(user, minlength=len(log.users))
    start = np.concatenate([[0], np.cumsum(number)[:-1]])
    rank = np.arange(at.size) - start[user]
    late = rank >= number[user] - np.floor(share * number[user])
    out = np.zeros(len(log), dtype=np.bool_)
    out[at[late]] = True
    return out


def some_users(users: Ints, items: int, draws: Draws, k: int) -> Ints:
    """As many users as costly figures may rest on, by keyed draws, in order."""
    most = int(min(MOST, max(CELLS // items, 50)))
    u = draws.uniform(Stream.FIT, -1, users, k=k)
    return np.sort(users[np.argsort(u, kind="stable")[:most]])


def blocks(rows: Ints, items: int) -> Iterator[Ints]:
    """Rows in blocks whose scores fit well into memory."""
    size = max(1, 2_000_000 // items)
    for start in range(0, rows.size, size):
        yield rows[start : start + size]


def factorised(pairs: Any, factors: int, draws: Draws) -> tuple[Any, Any]:
    """(n, f) and (m, f) float32 factors by alternating least squares (Hu et al. 2008)."""
    import implicit.cpu.als  # noqa: F401, only what is loaded can be limited
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy import sparse
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):  # its own threads do the work
        model = AlternatingLeastSquares(
            min(factors, min(pairs.shape)), RIDGE, ALPHA, iterations=SWEEPS, num_threads=threads(),
            random_state=draws.integer(Stream.FIT, -1, k=3),
        )  # fmt: skip
        model.fit(sparse.csr_matrix(pairs), show_progress=False)
    return model.user_factors, model.item_factors


def liked(log: Log, rows: Bools) -> Floats:
    """(m,) centred logarithm of each item's popularity, or of its click rate where it is known."""
    m = len(log.items)
    number = np.bincount(log.item[rows & log.good], minlength=m).astype(np.float64)
    if log.clicks:
        shown = np.bincount(log.item[rows], minlength=m)
        mean = log.good[rows].mean()
        out = np.log((number + 20.0 * mean) / (shown + 20.0))
    else:
        out = np.log(number + 0.5)
    return np.asarray(out - out.mean())


def fit_law(log: Log, rows: Bools, factors: int, draws: Draws) -> Law:
    """The law of some rows: its strength is found on their last fifth, its factors on all.

    So is the law of stars: a fit to rows that the factors have seen would find them too telling.
    """
    late = late_rows(log, rows)
    early = rows & ~late
    pairs = log.matrix(early)
    users, items = factorised(pairs, factors, draws)
    law = Law(users, items, np.zeros(len(log.items)), 1.0, 0.0)
    law = (
        _answered(law, log, early, late)
        if log.clicks
        else _chosen(law, log, pairs, early, late, draws)
    )
    stars = _starred(law, log, pairs, early, late, draws)
    users, items = factorised(log.matrix(rows), factors, draws)
    users, bias = (users * law.strength).astype(np.float32), law.trend * liked(log, rows)
    law = replace(law, users=users, items=items, bias=bias, stars=stars)
    return law if log.clicks else shared_out(law, log.matrix(rows), draws)


def _starred(
    law: Law, log: Log, pairs: Any, early: Bools, late: Bools, draws: Draws
) -> StarLaw | None:
    """The law of stars, from the last rows and a law of the earlier ones."""
    stars = stars_of(log)
    if stars is None:
        return None
    users = (law.users * law.strength).astype(np.float32)
    first = replace(law, users=users, bias=law.trend * liked(log, early))
    first = shared_out(first, pairs, draws)
    return fit_stars(first.value(log.user[late], log.item[late]), stars[late])


def _answered(law: Law, log: Log, early: Bools, late: Bools) -> Law:
    """Strength, trend, intercept and attention by place: a logistic regression of clicks shown.

    An item's odds are its weight where no other item of the slate is picked: the intercept rises by
    what the others take on average.
    """
    from sklearn.linear_model import LogisticRegression

    at = np.flatnonzero(late)
    product = np.einsum("nf,nf->n", law.users[log.user[at]], law.items[log.item[at]])
    columns = [product, liked(log, early)[log.item[at]]]
    places = 1 if log.place is None else int(log.place.max()) + 1
    if log.place is not None:
        columns += [(log.place[at] == p) * 1.0 for p in range(1, places)]
    model = LogisticRegression(C=100.0, max_iter=500).fit(np.column_stack(columns), log.good[at])
    strength, trend, *by_place = map(float, model.coef_[0])
    position = None if log.place is None else np.exp([0.0, *by_place])
    others = min(float(log.good[at].mean()) * (places - 1), 0.95)
    intercept = float(model.intercept_[0]) - float(np.log1p(-others))
    return replace(law, strength=strength, trend=trend, position=position, intercept=intercept)


def _chosen(law: Law, log: Log, pairs: Any, early: Bools, late: Bools, draws: Draws) -> Law:
    """Strength and trend: the conditional logit (McFadden 1974) of what was chosen next among all
    items that the user had not had.
    """
    from scipy.optimize import minimize

    users = some_users(np.unique(log.user[late]), len(log.items), draws, k=7)
    new = log.matrix(late & np.isin(log.user, users))
    popular = liked(log, early)

    def loss(w: Floats) -> tuple[float, Floats]:
        total, slope, number = 0.0, np.zeros(2), 0
        for at in blocks(users, len(log.items)):
            products = (law.users[at] @ law.items.T).astype(np.float64)
            worth = w[0] * products + w[1] * popular
            worth[pairs[at].nonzero()] = -np.inf
            top = worth.max(axis=1, keepdims=True)
            share = np.exp(worth - top)
            sums = share.sum(axis=1, keepdims=True)
            share /= sums
            row, item = new[at].nonzero()
            fresh = np.isfinite(worth[row, item])
            row, item = row[fresh], item[fresh]
            number += row.size
            total -= float((worth[row, item] - top[row, 0] - np.log(sums[row, 0])).sum())
            means = np.column_stack([(share * products).sum(axis=1), share @ popular])
            slope -= np.array([products[row, item].sum(), popular[item].sum()])
            slope += means[row].sum(axis=0)
        return total / number, slope / number

    best = minimize(loss, np.array([1.0, 0.5]), jac=True, method="L-BFGS-B").x
    return replace(law, strength=float(max(best[0], 0.0)), trend=float(best[1]))


def shared_out(law: Law, pairs: Any, draws: Draws) -> Law:
    """The law whose items are consumed as often as they were.

    Each user takes as many different items as they did. In a race in which an item arrives at the
    rate of its weight, it is among the first n with chance 1 − exp(−c·weight), c such that n come.
    Items' own log-odds rise by log(had / expected), both plus one, round by round.
    """
    taken, m = np.diff(pairs.indptr).astype(np.float64), pairs.shape[1]
    users = some_users(np.flatnonzero(taken), m, draws, k=8)
    had = np.bincount(pairs[users].indices, minlength=m)
    clock = np.full(len(taken), np.nan)
    for _ in range(ROUNDS):
        expected = np.zeros(m)
        for at in blocks(users, m):
            chance, clock[at] = included(law.scores(at), taken[at], clock[at])
            expected += chance.sum(axis=0)
        law = replace(law, bias=law.bias + np.log((had + 1.0) / (expected + 1.0)))
    return replace(law, bias=law.bias - law.bias.mean())


def included(scores: Floats, number: Floats, clock: Floats) -> tuple[Floats, Floats]:
    """(b, m) chance that an item is among the first `number` of a race at rates exp(score).

    `clock` (b,) is the logarithm of c, a first guess or NaN; the better one is given back.

    >>> p, _ = included(np.zeros((1, 4)), np.array([2.0]), np.array([np.nan]))
    >>> p.round(3).tolist()
    [[0.5, 0.5, 0.5, 0.5]]
    """
    rate = np.exp(scores - scores.max(axis=1, keepdims=True)).astype(np.float32)
    number = np.minimum(number, scores.shape[1] - 0.5)
    clock = np.where(np.isnan(clock), np.log(number / rate.sum(axis=1)), clock)
    for _ in range(30):
        gone = np.exp(-np.exp(clock).astype(np.float32)[:, None] * rate)
        off = scores.shape[1] - gone.sum(axis=1) - number
        slope = np.einsum("bm,bm->b", gone, rate) * np.exp(clock)
        step = np.clip(off / np.maximum(slope, 1e-12), -1.0, 1.0)
        clock = clock - step
        if np.abs(step).max() < 1e-3:
            break
    return np.asarray(1.0 - gone), clock
