"""Users: those at the start, those who join, and the sample that costly figures rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.catalogue import Columns
from loopsim.environments.recommender.kernels import product
from loopsim.environments.recommender.source import Source
from loopsim.parts import in_parts
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.recommender.settings import Recommender

Ints = NDArray[np.int64]
_PARTNER, _SAMPLE, _STATED = 11, 12, 5000  # repeats of a draw


def made(
    source: Source, settings: Recommender, world: Columns, ids: Ints, draws: Draws
) -> Population:
    """Users as they are before any recommendation."""
    users, n = source.users(ids, draws), ids.size
    return Population(
        ids,
        group=users.group,
        activity=users.activity,
        carried_tastes=users.tastes,
        natural_tastes=users.tastes.copy(),
        stated=_stated(users.tastes, settings, world, ids, draws),
        recent=np.full((n, settings.remember), -1, dtype=np.int32),
        stock=np.zeros(n, dtype=np.float32),
        boredom=np.zeros(n, dtype=np.float32),
        present=np.ones(n, dtype=bool),
    )


def _stated(
    tastes: NDArray[np.float32], settings: Recommender, world: Columns, ids: Ints, draws: Draws
) -> NDArray[np.float32]:
    """(n, d) the shares of genres that users say they like: a logit of their taste, with error."""
    if settings.stated is None:
        return np.empty((ids.size, 0), dtype=np.float32)
    loadings, noise = world["loadings"].T.copy(), settings.stated
    out = np.empty((ids.size, loadings.shape[1]), dtype=np.float32)

    def part(at: slice) -> None:
        liking = np.empty((at.stop - at.start, loadings.shape[1]))
        product(tastes[at], loadings, liking)
        for g in range(liking.shape[1]):
            liking[:, g] += noise * draws.normal(Stream.PEOPLE, -1, ids[at], k=_STATED + g)
        shares = np.exp(liking - liking.max(axis=1, keepdims=True))
        out[at] = shares / shares.sum(axis=1, keepdims=True)

    in_parts(ids.size, part)
    return out


def join(people: Population, source: Source, settings: Recommender, draws: Draws) -> None:
    """Let the newcomers of a round in; they are the same whatever was recommended to others."""
    if settings.new_users == 0:
        return
    first = int(people.ids[-1]) + 1
    ids = np.arange(first, first + settings.new_users, dtype=np.int64)
    new = made(source, settings, people.world, ids, draws)
    people.join(ids, **{name: new[name] for name in new})


def sample(people: Population, size: int, draws: Draws) -> Columns:
    """Users of the start that costly figures rest on, chosen once and for all.

    Returns
    -------
    sample : (s,) rows
    partner : (s,) position in the sample of somebody else, each equally likely
    neighbour : (s,) position in the sample of whoever has the likest natural taste
    axis : (f,) the direction in which natural tastes differ most
    """
    u = draws.uniform(Stream.PEOPLE, -1, people.ids, k=_SAMPLE)
    rows = np.sort(np.argsort(u, kind="stable")[:size])
    n, pick = rows.size, draws.uniform(Stream.PEOPLE, -1, people.ids[rows], k=_PARTNER)
    partner = (np.arange(n) + 1 + (pick * (n - 1)).astype(np.int64)) % n
    tastes = people["natural_tastes"][rows].astype(np.float64)
    out: dict[str, Any] = {"sample": rows, "partner": partner}
    return out | {"neighbour": _nearest(tastes), "axis": _axis(tastes)}


def _nearest(tastes: NDArray[np.float64]) -> Ints:
    length = np.sqrt((tastes**2).sum(axis=1, keepdims=True))
    unit = tastes / np.maximum(length, 1e-12)
    alike = unit @ unit.T
    np.fill_diagonal(alike, -np.inf)
    return alike.argmax(axis=1).astype(np.int64)


def _axis(tastes: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = tastes - tastes.mean(axis=0)
    return np.linalg.eigh(centred.T @ centred)[1][:, -1].copy()
