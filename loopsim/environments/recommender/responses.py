"""What slates do to users: engagement, ratings, satisfaction, boredom, drift, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.base import UNKNOWN
from loopsim.environments.recommender import kernels
from loopsim.environments.recommender.figures import logistic
from loopsim.environments.recommender.round import Answers, Round
from loopsim.environments.recommender.stars import GOOD
from loopsim.parts import in_parts
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.recommender.settings import Recommender

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Stars = Callable[[Floats, Floats], Ints]
#: Mean log minutes that pure clickbait and pure substance hold a wholly satisfied user (RecSim).
CLICKBAIT_HOLDS, SUBSTANCE_HOLDS = 5.0, 4.0
_LEAVE, _MOVE, _HOLD, _STARS, _REGRET, _RATED, _ASKED = range(7)  # repeats of a draw


def satisfaction(people: Population, settings: Recommender) -> Floats:
    """(people,) 1/(1 + exp(−sensitivity·stock)): ½ where nothing has happened."""
    stock = people["stock"].astype(np.float64)
    return np.asarray(logistic(settings.satisfaction.sensitivity * stock))


def eagerness(people: Population, settings: Recommender) -> Floats:
    """(people,) what satisfaction and boredom multiply the chance of a visit by; 1 at the start."""
    happy = 1.0 + settings.satisfaction.loyalty * (2.0 * satisfaction(people, settings) - 1.0)
    bored = 1.0 - settings.boredom.effect * np.minimum(people["boredom"], np.float32(1.0))
    return happy * bored


def of_round(
    people: Population, settings: Recommender, law: Stars, rows: Ints, tastes: Any,
    answers: Answers, t: int, draws: Draws,
) -> Round:  # fmt: skip
    """What each pick is like for its user.

    Log minutes are N((5c + 4(1 − c))·satisfaction, 1) (RecSim), stars follow `law`, see `stars`; a
    pick is regretted later with the chance clickbait·(1 − utility).
    """
    ids = people.ids[rows]
    clickbait = people.world["clickbait"][answers.of_pick(answers.items)].astype(np.float64)
    value = answers.of_pick(answers.value)
    utility = logistic(value)
    stock = people["stock"][rows].astype(np.float64)
    happy = logistic(settings.satisfaction.sensitivity * stock)
    mean = (CLICKBAIT_HOLDS * clickbait + SUBSTANCE_HOLDS * (1.0 - clickbait)) * happy
    engagement = np.exp(mean + draws.normal(Stream.RESPONSE, t, ids, k=_HOLD))
    stars = law(value, draws.normal(Stream.RESPONSE, t, ids, k=_STARS))
    regretted = draws.uniform(Stream.RESPONSE, t, ids, k=_REGRET) < clickbait * (1.0 - utility)
    u = draws.uniform(Stream.WORLD, t, ids)
    sampled = np.sort(np.argsort(u, kind="stable")[: settings.sample])
    exclude = people["recent"][rows[sampled], : settings.no_repeat].astype(np.int64)
    return Round(t, rows, tastes, answers, engagement, stars, regretted, sampled, exclude)


def signals(
    lived: Round, settings: Recommender, ids: Ints, draws: Draws
) -> dict[str, NDArray[np.int8]]:
    """(n·k,) what comes back of a pick besides the click: 4 or 5 stars, and not regretted."""
    said = {
        "rating": (lived.stars >= GOOD, settings.signals.rating, _RATED),
        "satisfied": (~lived.regretted, settings.signals.satisfied, _ASKED),
    }
    shape, picks, out = lived.answers.items.shape, lived.answers.picks, {}
    for name, (good, share, k) in said.items():
        heard = picks & (draws.uniform(Stream.RESPONSE, lived.t, ids, k=k) < share)
        values = np.full(shape, UNKNOWN, dtype=np.int8)
        visit = np.flatnonzero(heard)
        values[visit, lived.answers.chosen[visit]] = good[visit]
        out[name] = values.ravel()
    return out


def live(
    people: Population, settings: Recommender, lived: Round, vectors: Any, draws: Draws
) -> None:
    """Write what the round did to its users, in place."""
    rows, item = lived.rows, lived.answers.item
    rest, drift = settings.boredom.rest, settings.drift
    people["boredom"] *= np.float32(rest)
    boredom, recent = people["boredom"], people["recent"]
    carried, natural = people["carried_tastes"], people["natural_tastes"]
    turn = drift.rule == "rotate"

    def part(at: slice) -> None:
        mine, had = rows[at], item[at]
        if drift.rate > 0.0:
            kernels.drifted(mine, had, vectors, turn, drift.rate, natural, carried)
        kernels.tired(mine, had, vectors, recent, rest, boredom)
        kernels.remembered(mine, had, recent)

    in_parts(rows.size, part)
    _satisfy(people, settings, lived, draws)


def _satisfy(people: Population, settings: Recommender, lived: Round, draws: Draws) -> None:
    """Move the stock of satisfaction; the unsatisfied may leave."""
    rule, rows, answers = settings.satisfaction, lived.rows, lived.answers
    ids, t = people.ids[rows], lived.t
    clickbait = people.world["clickbait"][answers.of_pick(answers.items)].astype(np.float64)
    utility = logistic(answers.of_pick(answers.value))
    pick = rule.pleasure * (2.0 * utility - 1.0) - rule.cost * (clickbait - 0.5)
    pick += rule.noise * draws.normal(Stream.RESPONSE, t, ids, k=_MOVE)
    stock = rule.memory * people["stock"][rows].astype(np.float64)
    stock += np.where(answers.picks, pick, -rule.disappointment)
    people["stock"][rows] = stock
    left = rule.leaving * (1.0 - 2.0 * logistic(rule.sensitivity * stock))
    gone = draws.uniform(Stream.RESPONSE, t, ids, k=_LEAVE) < left
    people["present"][rows[gone]] = False
