"""Version 1: from rows that were gathered before round 0 without any model."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.crossing import Crossing
from loopsim.draws import Stream
from loopsim.environments.base import cases_of, form
from loopsim.feedback import unknown
from loopsim.models.base import Origins
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
    kept = _lived(sim, history.rounds, history.rows)
    if history.rows == 0:
        return
    kept = _people(sim, history.rows) if kept is None else kept
    if history.feature is not None:
        column = kept.features[:, sim.world.schema.index(history.feature)]
        kept = kept.take(np.flatnonzero(column >= history.above))
    everybody = kept.together(sim.crossing)
    found = None if everybody is None else (everybody.features, everybody.label, None)
    read = None if everybody is None else everybody.read()
    candidate = fit(sim, 0, "history", found, read)
    if candidate is not None:
        sim.office.fitted(sim, 0, kept.ids)
        sim.go_live(0, candidate)


@dataclass(frozen=True)
class Kept:
    """Cases of history that may still be among those that a fit reads; equal-length columns."""

    features: NDArray[Any]
    label: NDArray[np.int8]
    ids: NDArray[np.int64]
    opened: NDArray[np.int64]
    priority: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.ids.size)

    def take(self, which: NDArray[np.int64]) -> Kept:
        """The rows at an index."""
        return Kept(*(getattr(self, f.name)[which] for f in fields(self)))

    def together(self, crossing: Crossing) -> Kept | None:
        """The rows of all shards where models are fitted, None everywhere else."""
        mine = tuple(getattr(self, f.name) for f in fields(self))
        columns = crossing.gather("history", mine, (self.opened,))
        return None if columns is None else Kept(*columns)

    def read(self) -> Read:
        """What a record says of them."""
        facts = (spanned(self.opened) if len(self) else {}) | {"by_kind": {"outcome": len(self)}}
        return Read(self.ids, self.opened, facts, self.origins)

    def origins(self) -> Origins:
        """History is over by round 0, and its labels are known."""
        age = -self.opened
        return Origins(age, age, np.zeros(len(self), dtype=np.int8))


def _lived(sim: Simulation, rounds: int, size: int) -> Kept | None:
    """Live some rounds; of the cases whose answer was seen a keyed sample is kept all along."""
    kept = None
    for t in range(-rounds, 0):
        new = _live(sim, t)
        if size > 0:
            both = [new] if kept is None else [kept, new]
            columns = ([getattr(part, f.name) for part in both] for f in fields(Kept))
            kept = Kept(*map(np.concatenate, columns))
            kept = kept.take(_lowest(sim, kept.priority, size))
    return kept


def _people(sim: Simulation, size: int) -> Kept:
    """A keyed sample of the people of round 0, without replacement, and their outcomes."""
    ids = sim.people.ids
    willing = sim.office.willing(ids, sim.world.group(sim.people, slice(None)))
    pool = np.arange(ids.size) if willing is None else np.flatnonzero(willing)
    rows = pool[_lowest(sim, sim.draws.uniform(Stream.HISTORY, -1, ids[pool]), size)]
    cases = Cases(-1, rows, sim.people.ids[rows], sim.world.group(sim.people, rows))
    cases.features = sim.world.features(sim.people, rows, sim.draws, -1)
    cases.actions = np.ones(len(cases), dtype=np.int8)
    good = sim.world.outcomes(sim.people, cases, sim.draws).good
    return Kept(cases.features, good, cases.ids, np.full(len(cases), -1), np.zeros(len(cases)))


def _live(sim: Simulation, t: int) -> Kept:
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
    known, allowed = ~unknown(outcomes.label), sim.office.allowed(cases)
    seen = np.flatnonzero(known if allowed is None else known & allowed)
    ids, opened = cases.ids[seen], np.full(seen.size, t)
    priority = draws.uniform(Stream.HISTORY, t, ids)
    return Kept(cases.features[seen], outcomes.label[seen], ids, opened, priority)


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


def _lowest(sim: Simulation, u: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Where the `size` lowest of all stand, in their order; all of them if there are no more."""
    return np.flatnonzero(sim.crossing.lowest("history", u, size))
