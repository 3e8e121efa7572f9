"""Version 1: from rows that were gathered before round 0 without any model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Stream
from loopsim.environments.base import cases_of, form
from loopsim.feedback import unknown
from loopsim.models.ranking.scorers import SameForAll
from loopsim.policies.chance import SharePolicy
from loopsim.policies.ranking.top_k import TopKPolicy
from loopsim.retraining.fitting import Read, fit
from loopsim.retraining.lineage import spanned

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


def first_fit(sim: Simulation) -> None:
    """Live the rounds before round 0, and fit version 1 on what they brought."""
    history = sim.plan.training.history
    lived = [_live(sim, t) for t in range(-history.rounds, 0)]
    if history.rows == 0:
        return
    rows = _sample(sim, lived, history.rows) if lived else _people(sim, history.rows)
    if history.feature is not None:
        column = rows[0][:, sim.world.schema.index(history.feature)]
        accepted = np.flatnonzero(column >= history.above)
        rows = tuple(part[accepted] for part in rows)  # type: ignore[assignment]
    features, good, ids, opened = rows
    facts = (spanned(opened) if opened.size else {}) | {"by_kind": {"outcome": len(good)}}
    candidate = fit(sim, 0, "history", features, good, None, Read(ids, opened, facts))
    if candidate is not None:
        sim.go_live(0, candidate)


Lived = tuple[Cases, NDArray[np.int8]]
#: Features, outcomes, ids and rounds.
Rows = tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.int64], NDArray[np.int64]]


def _people(sim: Simulation, size: int) -> Rows:
    """A keyed sample of the people of round 0, without replacement, and their outcomes."""
    rows = _lowest(sim.draws.uniform(Stream.HISTORY, -1, sim.people.ids), size)
    cases = Cases(-1, rows, sim.people.ids[rows], sim.world.group(sim.people, rows))
    cases.features = sim.world.features(sim.people, rows, sim.draws, -1)
    cases.actions = np.ones(len(cases), dtype=np.int8)
    good = sim.world.outcomes(sim.people, cases, sim.draws).good
    return cases.features, good, cases.ids, np.full(len(cases), -1)


def _live(sim: Simulation, t: int) -> Lived:
    """One round without a model: everybody gets a yes, or a random slate.

    The world changes by it only if it says so (``lives_history``): what people are at round 0 must
    be the same whichever loops are closed.
    """
    world, people, draws = sim.world, sim.people, sim.draws
    with sim.plugin(world):
        cases = cases_of(world, people, world.arrivals(people, draws, t), t)
        cases.features = world.features(people, cases.rows, draws, t)
        cases = _unaided(sim, cases)
        outcomes = world.outcomes(people, cases, draws)
        if getattr(world, "lives_history", False):
            world.respond(people, cases, outcomes, draws)
    return cases, outcomes.label


def _unaided(sim: Simulation, cases: Cases) -> Cases:
    """The round's cases, decided without looking at any score."""
    if form(sim.world) == "slate":
        cases.scores = SameForAll(np.full(len(cases.features.catalogue), 0.5))
        slates = TopKPolicy(sim.policy.k, 1.0).decide(cases, sim.draws)  # type: ignore[attr-defined]
        return slates.impressions(cases)
    decision: Any = SharePolicy(1.0).decide(cases, sim.draws)
    cases.actions, cases.propensities = decision
    cases.scores = np.full(len(cases), 0.5)
    return cases


def _sample(sim: Simulation, lived: list[Lived], size: int) -> Rows:
    """A keyed sample of the cases of all rounds whose answer was seen."""
    parts, priority = [], []
    for cases, label in lived:
        seen = ~unknown(label)
        opened = np.full(int(seen.sum()), cases.round)
        parts.append((cases.features[seen], label[seen], cases.ids[seen], opened))
        priority.append(sim.draws.uniform(Stream.HISTORY, cases.round, cases.ids[seen]))
    keep = _lowest(np.concatenate(priority), size)
    return tuple(np.concatenate(part)[keep] for part in zip(*parts, strict=True))  # type: ignore[return-value]


def _lowest(u: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Where the `size` lowest stand, in their order; all of them if there are no more."""
    return np.arange(u.size) if size >= u.size else np.flatnonzero(u < np.partition(u, size)[size])
