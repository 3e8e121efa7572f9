"""The world that the written files make: who takes what, and what a few rounds of it are like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.recommender.law import Law, blocks, some_users
from loopsim.calibrate.recommender.log import Log
from loopsim.calibrate.recommender.stars import stars_of
from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.fitted import FittedSource
from loopsim.environments.recommender.stars import MOST

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_ROUNDS, MOST_VISITS = 500, 1_000_000


@dataclass(frozen=True)
class Taken:
    """Consumption of some users in the data, and in the world out of the whole catalogue.

    `data` and `world` are (m,) numbers of users who took each item; each user took as many.
    `data_stars` and `world_stars` are (5,) shares of 1 to 5 stars among what was taken; None where
    the data have none.
    """

    users: int
    data: Ints
    world: Ints
    data_stars: Floats | None
    world_stars: Floats | None


def taken(log: Log, tastes: Path, draws: Draws) -> Taken:
    """Let users of the written file take as many different items as they did in the data.

    The first n by log-weight plus Gumbel noise: n choices by the law, one after another, without
    taking anything twice.
    """
    source = FittedSource(str(tastes))
    items = source.items(draws, 1.0)
    law = Law(source.made.users, items.vectors, items.bias.astype(np.float64), 1.0, 0.0)
    pairs, m = log.matrix(np.ones(len(log), dtype=np.bool_)), len(log.items)
    number = np.diff(pairs.indptr)
    users = some_users(np.flatnonzero(number), m, draws, k=13)
    world, values = np.zeros(m, dtype=np.int64), []
    for at in blocks(users, m):
        worth = law.scores(at)
        for i, user in enumerate(at):
            u = draws.uniform(Stream.FIT, -1, user * m + np.arange(m), k=14)
            noisy = worth[i] - np.log(-np.log(u))
            had = np.argsort(-noisy, kind="stable")[: number[user]]
            world[had] += 1
            values.append(worth[i, had])
    data = np.bincount(pairs[users].indices, minlength=m)
    given, rated = stars_of(log), None
    if given is not None:
        value = np.concatenate(values) + source.intercept
        noise = draws.normal(Stream.FIT, -1, np.arange(value.size), k=15)
        given, rated = given[np.isin(log.user, users)], source.stars(value, noise)
    return Taken(users.size, data, world, _shares(given), _shares(rated))


def _shares(stars: Ints | None) -> Floats | None:
    """(5,) share of each number of stars."""
    return None if stars is None else np.bincount(stars - 1, minlength=MOST) / stars.size


def gini(counts: NDArray[Any]) -> float:
    """Inequality of counts: 0 all equal, near 1 one has all.

    >>> round(gini(np.array([1, 1, 1, 1])), 3), gini(np.array([0, 0, 0, 4]))
    (0.0, 0.75)
    """
    x = np.sort(np.asarray(counts, dtype=np.float64))
    n = x.size
    return float(((2.0 * np.arange(1, n + 1) - n - 1.0) * x).sum() / (n * x.sum()))


def top_share(counts: NDArray[Any], share: float = 0.2) -> float:
    """Share of the whole that the most popular fifth of the items has."""
    x = np.sort(np.asarray(counts, dtype=np.float64))[::-1]
    return float(x[: int(np.ceil(share * x.size))].sum() / x.sum())


@dataclass(frozen=True)
class Lived:
    """Some rounds of the ready scenario with random slates.

    `visits` (users,) by user, `group` (users,) their codes; shares of visits that end in a click,
    of impressions that are clicked, and of ratings that are good.
    """

    rounds: int
    visits: Ints
    group: NDArray[np.int8]
    click_visits: float
    click_impressions: float
    good_ratings: float


class _Watch:
    """Counts what comes by."""

    def __init__(self, users: int) -> None:
        self.visits, self.clicks, self.shown = np.zeros(users, dtype=np.int64), 0, 0
        self.ratings: list[NDArray[np.int8]] = []

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """One round."""
        np.add.at(self.visits, cases.rows[:: cases.slots], 1)
        self.clicks += int(outcomes.good.sum())
        self.shown += outcomes.good.size
        self.ratings.append(outcomes.signals["rating"])


def live(scenario: Path, users: int, visits: float, each: float) -> Lived:
    """Run the scenario as written, but with random slates and nobody who changes.

    As many rounds as give a user `each` visits on average, as the data do, or as time allows:
    `visits` is the mean chance of one in a round.
    """
    import loopsim

    most = min(MOST_ROUNDS, MOST_VISITS / (users * visits))
    rounds = int(np.ceil(max(min(each / visits, most), 5.0)))
    still = {
        "rounds": rounds,
        "policy": {"kind": "random-slates", "k": loopsim.Scenario.load(scenario).policy.k},
        "model": {"kind": "popularity"},
        "training": {"rule": "never", "history": {"rows": 0}},
        "environment.drift.rate": 0.0,
        "environment.satisfaction": {"loyalty": 0.0, "leaving": 0.0},
        "environment.boredom.effect": 0.0,
        "environment.clickbait.mean": 0.0,
        "environment.signals.rating": 1.0,
        "environment.sample": 16,
    }
    watch = _Watch(users)
    sim = loopsim.Simulation(loopsim.Scenario.load(scenario, still), [watch])
    sim.run()
    ratings = np.concatenate(watch.ratings)
    heard = ratings[(ratings == 0) | (ratings == 1)]
    return Lived(
        rounds=rounds,
        visits=watch.visits,
        group=sim.people["group"].copy(),
        click_visits=watch.clicks / max(int(watch.visits.sum()), 1),
        click_impressions=watch.clicks / max(watch.shown, 1),
        good_ratings=float(heard.mean()) if heard.size else float("nan"),
    )
