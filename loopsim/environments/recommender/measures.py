"""The true figures of one round: what recommendations do to users, items and creators.

Those that would cost users × items rest on samples: `slate_regret` and `diversity` on the round's
visits with the lowest keyed draws, those of `user_figures` on the users that were sampled at the
start. They are made every `sample_every` rounds. The rest counts everybody, every round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.recommender import catalogue, figures, sampled, user_figures
from loopsim.environments.recommender.round import Round
from loopsim.inequality import gini
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.recommender.world import RecommenderWorld

Floats = NDArray[np.float64]
#: Share of consumption that still counts a round later, in the figures of who gets consumed.
FADING = 0.9
#: What a short table begins with.
TELLING = (
    "visits", "shown_utility", "slate_regret", "clickbait", "engagement", "consumption_gini",
    "diversity", "taste_entropy", "jaccard", "creator_entropy",
)  # fmt: skip
#: Of the sampled visits.
SLATES = ("slate_regret", "diversity")
#: Rounds for which an item that came after the start counts as new.
NEW = 10


def of_round(world: RecommenderWorld, people: Population, lived: Round) -> dict[str, Any]:
    """All figures by name; NaN where there is nothing to go by.

    `shown_utility` is of every impression, and so by group; `creator_entropy` is how many genres
    creators make, 1 all alike.
    """
    can = catalogue.available(people.world, world.settings, lived.t)
    now = can & (people.world["born"] <= lived.t)
    shown: dict[str, Any] = {"shown_utility": figures.logistic(lived.answers.value).ravel()}
    made = (
        shown
        | _picks(people, lived)
        | _items(people, lived, now)
        | {"creator_entropy": figures.mean(figures.entropy(world.read("profile", people.world)))}
        | _sampled(world, people, lived, now)
    )
    return {name: made[name] for name in (*TELLING, *made)}


def _sampled(
    world: RecommenderWorld, people: Population, lived: Round, now: NDArray[np.bool_]
) -> dict[str, float]:
    """What rests on samples, every `sample_every` rounds; NaN in the rounds between."""
    if lived.t % world.settings.sample_every:
        return dict.fromkeys((*SLATES, *user_figures.NAMES), float("nan"))
    users = user_figures.of_users(world, people, now, lived.t)
    return _slates(world, people, lived, now) | users


def _picks(people: Population, lived: Round) -> dict[str, float]:
    """Of what was consumed: its worth, what it promised, how long it held, what became of it.

    `visits` counts; `picked` is the share of visits that consumed; `utility` is the true utility in
    0 .. 1, 1/(1 + exp(−log-odds)) without clickbait; `engagement` is minutes per visit.
    """
    picks, answers = lived.answers.picks, lived.answers
    clickbait = people.world["clickbait"][answers.item[picks]]
    minutes = np.where(picks, lived.engagement, 0.0)
    return {
        "visits": float(picks.size),
        "picked": figures.mean(picks),
        "utility": figures.mean(figures.logistic(answers.of_pick(answers.value)[picks])),
        "clickbait": figures.mean(clickbait),
        "stars": figures.mean(lived.stars[picks]),
        "regretted": figures.mean(lived.regretted[picks]),
        "engagement": figures.mean(minutes),
    }


def _items(people: Population, lived: Round, now: NDArray[np.bool_]) -> dict[str, float]:
    """How evenly items and creators fare, of the items that may be shown.

    `exposure_gini` and `catalogue_coverage` are of this round's impressions (the dashboard's are of
    its window), `consumption_gini` and `creator_gini` of fading consumption; `new_exposure` is the
    new items' share of impressions over their share of the catalogue: 1 is even, NaN if there are
    none.
    """
    m, world = now.size, people.world
    shown = np.bincount(lived.answers.items.ravel(), minlength=m)[now]
    consumed = world["consumed"][:m]
    by_creator = np.bincount(
        world["creator"][:m], consumed, minlength=len(world["natural_profile"])
    )
    new = (world["born"][:m] > max(lived.t - NEW, 0))[now]
    share = shown[new].sum() / shown.sum() if shown.sum() else np.nan
    return {
        "exposure_gini": gini(shown),
        "catalogue_coverage": figures.mean(shown > 0),
        "consumption_gini": gini(consumed[now]),
        "creator_gini": gini(by_creator),
        "new_exposure": float(share / new.mean()) if new.any() else float("nan"),
    }


def _slates(
    world: RecommenderWorld, people: Population, lived: Round, now: NDArray[np.bool_]
) -> dict[str, float]:
    """Of the sampled visits' slates.

    `slate_regret`: mean utility of the k best items that could have been shown less that of those
    that were, in 0 .. 1; 0 is the oracle's slate. `diversity`: see `figures.diversity`.
    """
    at, vectors = lived.sampled, world.read("items", people.world)
    items = lived.answers.items[at]
    worth = world.worth(people, lived.tastes[at], lived.t)
    best = sampled.best(worth, now, lived.exclude, items.shape[1])
    ideal, given = figures.logistic(best), figures.logistic(lived.answers.value[at])
    return {
        "slate_regret": figures.mean(ideal.mean(axis=1) - given.mean(axis=1)),
        "diversity": figures.diversity(items, vectors),
    }
