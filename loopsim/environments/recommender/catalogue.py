"""The items: those at the start, those that come, and which of them may be shown.

Columns live in ``people.world``, so that they are checkpointed. Where creators' habits change an
item there are two columns, `carried_` with what was consumed so far and `natural_` without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.dirichlet import dirichlet
from loopsim.environments.recommender.kernels import product
from loopsim.environments.recommender.source import Items

if TYPE_CHECKING:
    from loopsim.environments.recommender.settings import Recommender

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
SIDES = ("carried", "natural")
_CREATOR, _TEMPLATE, _CLICKBAIT, _BORN, _GENRES = 11, 12, 13, 14, 5000  # repeats of a draw
_STEADY = 20  # ages of the first items where none ever goes


def start(items: Items, settings: Recommender, draws: Draws) -> Columns:
    """The columns of round 0: items of all ages, creators with the profile of their items."""
    m = len(items.vectors)
    ids = np.arange(m, dtype=np.int64)
    creators = int(items.creator.max()) + 1
    profile = np.full((creators, items.attributes.shape[1]), 1e-12)
    np.add.at(profile, items.creator, items.attributes)
    profile = _floored(profile, settings.creators.floor)
    age = draws.uniform(Stream.WORLD, -1, ids, k=_BORN) * (settings.lifetime or _STEADY)
    world: Columns = {
        "bias": items.bias.copy(),
        "clickbait": _clickbait(settings, draws, ids),
        "creator": items.creator.copy(),
        "born": -age.astype(np.int64),
        "consumed": np.zeros(m),
        "first": np.array(m),
        "loadings": _loadings(items),
    }
    for side in SIDES:
        world |= {
            f"{side}_items": items.vectors.copy(),
            f"{side}_attributes": items.attributes.copy(),
            f"{side}_profile": profile.copy(),
        }
    return world


def _clickbait(settings: Recommender, draws: Draws, ids: NDArray[np.int64]) -> Any:
    """Uniforms to the power that gives the stated mean: E[u^a] = 1/(1 + a)."""
    mean = settings.clickbait.mean
    if mean == 0.0:
        return np.zeros(ids.size, dtype=np.float32)
    u = draws.uniform(Stream.WORLD, -1, ids, k=_CLICKBAIT)
    return (u ** ((1.0 - mean) / mean)).astype(np.float32)


def _loadings(items: Items) -> Floats:
    """(d, f) the vector of each attribute: least squares with a little ridge."""
    shares, vectors = items.attributes, items.vectors.astype(np.float64)
    gram = shares.T @ shares + 1e-3 * np.eye(shares.shape[1])
    return np.asarray(np.linalg.solve(gram, shares.T @ vectors))


def available(world: Columns, settings: Recommender, t: int) -> NDArray[np.bool_]:
    """(m,) whether an item may be shown in round t: it goes at the age of its lifetime."""
    if settings.lifetime is None:
        return np.ones(world["born"].size, dtype=np.bool_)
    return np.asarray(t - world["born"] < settings.lifetime)


def base(world: Columns, settings: Recommender, intercept: float, t: int) -> NDArray[np.float32]:
    """(m,) log-odds of a pick that are the same for everybody, without clickbait."""
    age = np.maximum(t - world["born"], 0)
    out = intercept + world["bias"] - np.float32(settings.staleness) * age
    return out.astype(np.float32)


def adapt(world: Columns, settings: Recommender, consumed: NDArray[np.int64], seen: Floats) -> None:
    """Creators move their profile towards what was consumed of theirs.

    profile += adapt·(genres consumed), divided by its sum, each genre at least the floor.

    Parameters
    ----------
    consumed : (c,) items, one for each pick
    seen : (m, d) attributes of the items as they are
    """
    rule = settings.creators
    if rule.adapt == 0.0 or consumed.size == 0:
        return
    profile = world["carried_profile"].copy()
    mine = world["creator"][consumed]
    np.add.at(profile, mine, rule.adapt * seen[consumed])
    moved = np.unique(mine)
    profile[moved] = _floored(profile[moved], rule.floor)
    world["carried_profile"] = profile


def _floored(profile: Floats, floor: float) -> Floats:
    """Rows as shares, none below the floor (but for the last division)."""
    shares = np.maximum(profile / profile.sum(axis=1, keepdims=True), floor)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def grow(world: Columns, settings: Recommender, draws: Draws, t: int) -> None:
    """Append the items that may be shown from round t on.

    A new item has some creator, genres after the creator's profile, and the quality, and what is
    not genre, of some item of the start: the laws of the catalogue stay what they were.
    """
    n, m, first = settings.new_items, world["born"].size, int(world["first"])
    if n == 0:
        return
    ids = np.arange(m, m + n, dtype=np.int64)
    creators = len(world["natural_profile"])
    creator = (draws.uniform(Stream.WORLD, -1, ids, k=_CREATOR) * creators).astype(np.int64)
    template = (draws.uniform(Stream.WORLD, -1, ids, k=_TEMPLATE) * first).astype(np.int64)
    for side in SIDES:
        alpha = settings.creators.sharpness * world[f"{side}_profile"][creator]
        shares = dirichlet(np.maximum(alpha, 1e-4), draws, -1, ids, k=_GENRES)
        vectors = _after(world, template, shares)
        world[f"{side}_attributes"] = np.concatenate([world[f"{side}_attributes"], shares])
        world[f"{side}_items"] = np.concatenate([world[f"{side}_items"], vectors])
    more = {
        "bias": world["bias"][template],
        "clickbait": _clickbait(settings, draws, ids),
        "creator": creator,
        "born": np.full(n, t),
        "consumed": np.zeros(n),
    }
    for name, values in more.items():
        world[name] = np.concatenate([world[name], values])


def _after(world: Columns, template: NDArray[np.int64], shares: Floats) -> NDArray[np.float32]:
    """(n, f) vectors of some genres, otherwise and in length like their templates."""
    like = world["natural_items"][template].astype(np.float64)
    made, old = np.empty_like(like), np.empty_like(like)
    product(shares, world["loadings"], made)
    product(world["natural_attributes"][template], world["loadings"], old)
    made += like - old
    length = np.sqrt((like**2).sum(axis=1) / np.maximum((made**2).sum(axis=1), 1e-12))
    return (made * length[:, None]).astype(np.float32)
