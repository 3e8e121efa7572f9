"""Users who consume the same things, as a graph: do camps meet in what they consume?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.kernels import compiled

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: Users of each camp at whom a walk ends (Garimella et al. 2018 take ten as well).
HUBS = 10


def co_consumption(lists: NDArray[Any]) -> Floats:
    """(n, n) how many items the (n, h) lists of two users share, -1 for none; 0 with oneself.

    >>> co_consumption(np.array([[4, 2], [2, -1], [3, 3]]))
    array([[0., 1., 0.],
           [1., 0., 0.],
           [0., 0., 0.]])
    """
    ordered = np.sort(lists, axis=1)
    shared = np.zeros((len(lists), len(lists)))
    _count(ordered, shared)
    return shared


@compiled
def _count(lists: NDArray[Any], shared: Floats) -> None:
    """Walk through both ascending lists at once; an item counts once, however often it is there."""
    h = lists.shape[1]
    for a in range(lists.shape[0]):
        for b in range(a):
            i, j, count = 0, 0, 0
            while i < h and j < h:
                one, other = lists[a, i], lists[b, j]
                if one == other:
                    count += one >= 0
                if one <= other:
                    i += 1
                    while i < h and lists[a, i] == one:
                        i += 1
                if other <= one:
                    j += 1
                    while j < h and lists[b, j] == other:
                        j += 1
            shared[a, b] = shared[b, a] = count


def random_walk_controversy(weights: Floats, camp: Mask, hubs: int = HUBS) -> float:
    """How far apart two camps are on a graph (Garimella et al. 2018, RWC): P_XX·P_YY − P_XY·P_YX.

    A walk starts in a camp, each equally likely, at any of its users who has a neighbour and isn't
    a hub, and goes along edges by their weights until it meets a hub: one of the `hubs` users with
    the highest degree in a camp. P_AB is the probability that a walk which ended in B started in A.
    1: no walk leaves its camp; 0: where it ends says nothing of where it started; below 0 walks end
    in the other camp. Exact, by solving for the absorbing walk. NaN if a camp has nobody to start
    from who gets to a hub, or if no walk ends in a camp.

    Parameters
    ----------
    weights : (n, n) array
        Symmetric, at least 0, 0 on the diagonal.
    camp : (n,) bool array
        Who is in the second camp.
    hubs : int

    Examples
    --------
    Two cliques of four that nothing links, then one clique of eight:

    >>> camp = np.arange(8) >= 4
    >>> two, one = (camp[:, None] == camp) - np.eye(8), 1.0 - np.eye(8)
    >>> [round(random_walk_controversy(graph, camp, 1), 9) for graph in (two, one)]
    [1.0, 0.0]
    """
    ends = np.zeros(camp.size, dtype=bool)
    degree = weights.sum(axis=1)
    for side in (False, True):
        mine = np.flatnonzero((camp == side) & (degree > 0.0))
        ends[mine[np.argsort(-degree[mine], kind="stable")[:hubs]]] = True
    there = ended(weights, camp, ends)
    from_x, from_y = (there[(camp == side) & ~ends] for side in (False, True))
    from_x, from_y = from_x[~np.isnan(from_x)], from_y[~np.isnan(from_y)]
    if not (from_x.size and from_y.size):
        return float("nan")
    x_to_y, y_to_y = from_x.mean(), from_y.mean()
    in_y, in_x = x_to_y + y_to_y, 2.0 - x_to_y - y_to_y
    if not (in_x > 0.0 and in_y > 0.0):
        return float("nan")
    p_xx, p_yy = (1.0 - x_to_y) / in_x, y_to_y / in_y
    return float(p_xx * p_yy - (1.0 - p_xx) * (1.0 - p_yy))


def ended(weights: Floats, camp: Mask, ends: Mask) -> Floats:
    """(n,) probability that a walk from each user ends in the second camp.

    1 or 0 where it ends at once, NaN where it never does.
    """
    reach = ends.copy()
    while (more := reach | (weights[:, reach] > 0.0).any(axis=1)).sum() > reach.sum():
        reach = more
    out = np.where(ends, camp, np.nan)
    free = np.flatnonzero(reach & ~ends)
    if free.size:
        inner = -weights[np.ix_(free, free)]
        inner[np.arange(free.size), np.arange(free.size)] += weights[free].sum(axis=1)
        out[free] = weights[np.ix_(free, np.flatnonzero(ends & camp))].sum(axis=1)
        answer = out[free]
        _solve(inner, answer)
        out[free] = np.clip(answer, 0.0, 1.0)
    return out


@compiled
def _solve(matrix: Floats, values: Floats) -> None:
    """Gauss's elimination in place; a matrix that is dominated by its diagonal needs no pivots."""
    n = values.size
    for i in range(n):
        for j in range(i + 1, n):
            share = matrix[j, i] / matrix[i, i]
            if share != 0.0:
                for k in range(i, n):
                    matrix[j, k] -= share * matrix[i, k]
                values[j] -= share * values[i]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            values[i] -= matrix[i, j] * values[j]
        values[i] /= matrix[i, i]


def echo_chamber(weights: Floats, leaning: Floats) -> float:
    """How much users' neighbours lean as they do themselves.

    The leaning of a user's neighbours is x_i^N = Σ_j A_ij·x_j / Σ_j A_ij (Cinelli et al. 2021, who
    show it against x_i); this is the least-squares slope of x^N on x over the users who have any.
    0: a leaning says nothing of the neighbours'; 1: they lean as oneself; NaN without spread.

    >>> camp = np.arange(8) >= 4
    >>> echo_chamber((camp[:, None] == camp) - np.eye(8), camp - 0.5)
    1.0
    >>> round(echo_chamber(1.0 - np.eye(8), camp - 0.5), 3)  # everybody's, less oneself: −1/7
    -0.143
    """
    degree = weights.sum(axis=1)
    some = degree > 0.0
    own = leaning[some]
    if own.size < 2:
        return float("nan")
    near = (weights[some] * leaning).sum(axis=1) / degree[some]
    spread = ((own - own.mean()) ** 2).sum()
    if not spread > 0.0:
        return float("nan")
    return float(((own - own.mean()) * (near - near.mean())).sum() / spread)
