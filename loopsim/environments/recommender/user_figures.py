"""The true figures of the sampled users: their tastes, what they consumed, and with whom.

Of each user the consumed items that the world remembers are read, once they are `ENOUGH`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.recommender import figures, graph, sampled
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.recommender.world import RecommenderWorld

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Picks without which what a user has consumed says little.
ENOUGH = 5
#: Users of the sample in the co-consumption graph, at most: it is solved in (users)³ steps.
GRAPH = 256
NAMES = (
    "taste_entropy", "miscalibration", "bimodality", "jaccard", "jaccard_neighbours",
    "jaccard_over_ideal", "jaccard_neighbours_over_ideal", "rwc", "echo_chamber",
)  # fmt: skip


def of_users(
    world: RecommenderWorld, people: Population, now: NDArray[np.bool_], t: int
) -> dict[str, float]:
    """Figures by `NAMES`.

    A taste's shares of genres are those of its picks if the whole catalogue were in sight.
    `jaccard` is how alike the consumption of two users by chance is, `jaccard_neighbours` of a user
    and whoever had the likest taste at the start; `..._over_ideal` is what is left of it after that
    of the same users if each had had as many of the items that it likes best (Chaney et al. 2018
    compare with an ideal recommender as well): 0 no more alike than their tastes.
    """
    columns, rows = people.world, people.world["sample"]
    tastes, recent = world.read("tastes", people, rows), people["recent"][rows]
    shares = world.read("attributes", columns)
    favourites = np.full(recent.shape, -1, dtype=np.int64)
    taste = sampled.tastes_of(world.worth(people, tastes, t), now, shares, favourites)
    had = recent >= 0
    some = had.sum(axis=1) >= ENOUGH
    recent = np.where(some[:, None], recent, -1)
    eaten = _shares(shares, recent[some])
    leaning = tastes.astype(np.float64) @ columns["axis"]
    return {
        "taste_entropy": figures.mean(figures.entropy(taste)),
        "miscalibration": figures.mean(figures.miscalibration(taste[some], eaten)),
        "bimodality": figures.bimodality(leaning),
        **_alike(recent, np.where(recent >= 0, favourites, -1), columns),
        **_camps(people["natural_tastes"][rows] @ columns["axis"], leaning, recent),
    }


def _shares(shares: Floats, recent: Any) -> Floats:
    """(n, d) genres of what each user consumed."""
    had = recent >= 0
    consumed = np.where(had[:, :, None], shares[np.maximum(recent, 0)], 0.0)
    return np.asarray(consumed.sum(axis=1) / had.sum(axis=1, keepdims=True))


def _alike(recent: Any, ideal: Ints, columns: dict[str, Any]) -> dict[str, float]:
    """How alike consumption is, of pairs by chance and of neighbours, and beyond the ideal."""
    everyone = np.arange(len(recent))
    out: dict[str, float] = {}
    for name, column in (("jaccard", "partner"), ("jaccard_neighbours", "neighbour")):
        found, best = (figures.jaccard(x, everyone, columns[column]) for x in (recent, ideal))
        out |= {name: found, f"{name}_over_ideal": found - best}
    return out


def _camps(natural: Floats, leaning: Floats, recent: Any) -> dict[str, float]:
    """Whether two camps meet in what they consume.

    The camps of `rwc` are the halves of the sample by the natural taste, along the direction in
    which tastes differ most; `echo_chamber` reads the taste as it is, in the same direction.
    """
    some = np.arange(0, len(recent), -(-len(recent) // GRAPH))
    shared = graph.co_consumption(recent[some])
    camp = natural[some] > np.median(natural[some])
    return {
        "rwc": graph.random_walk_controversy(shared, camp),
        "echo_chamber": graph.echo_chamber(shared, leaning[some]),
    }
