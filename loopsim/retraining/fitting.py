"""From the memory of past cases to the next model version."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from loopsim.draws import Draws, Stream
from loopsim.edges import Edge
from loopsim.feedback import unknown
from loopsim.memory import Rows
from loopsim.models.base import CannotFit, Model, Origins
from loopsim.retraining import gating, lineage
from loopsim.retraining.candidate import Candidate
from loopsim.retraining.rows import Result, origins, training_rows

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from loopsim.simulation import Simulation


def read_rows(edge: Edge, rows: Rows, draws: Draws) -> Rows:
    """The rows a fit reads: logged ones, or as many of the panel beside them (edge: model).

    >>> # n rows: 0 .. n − 1 are the logged cases, n .. 2n − 1 their panel twins
    """
    n = len(rows)
    which = edge.read(np.arange(n), np.arange(n) + n, draws, rows.ids)
    if (which < n).all():
        return rows  # as they are, without a copy
    labels = np.concatenate([rows.label, rows.panel_label])
    both = copy(rows)
    both.features = np.concatenate([rows.features, rows.panel_features])[which]
    both.label = labels[which]
    both.propensity = np.where(which < n, rows.propensity, 1.0)
    return both


@dataclass(frozen=True)
class Read:
    """The cases of a fit beside its arrays: who, when, and what the lineage says of them.

    `origins` is asked only for models that want to know.
    """

    ids: NDArray[np.int64]
    opened: NDArray[Any]
    facts: dict[str, Any]
    origins: Callable[[], Origins]


def retrain(sim: Simulation, t: int, reason: str) -> None:
    """Fit a candidate in round t and take it to the gate, or say why the champion stays."""
    training = sim.plan.training
    since = sim.learned if getattr(sim.model, "incremental", False) else -1
    rows = sim.memory.known(t, since)
    if rows is not None and training.holdout > 0.0:
        rows = rows.take(~gating.held_out(rows, training.holdout))
    here = 0 if rows is None else int((~unknown(rows.label)).sum())
    labelled = sim.crossing.total("rows", here)
    sim.last_fit, sim.labels_since_fit = t, 0
    if labelled < training.minimum:
        why = f"{labelled} labelled rows, fewer than training.minimum = {training.minimum}"
        sim.event("kept", t, reason=f"{reason}: {why}", rows=labelled)
        return
    if rows is not None:
        rows = read_rows(sim.world.edges.model, rows, sim.draws)
    sim.fits += 1
    rows = Rows.together(rows, sim.crossing)
    candidate = fit(sim, t, reason, None, None) if rows is None else _from(sim, t, reason, rows)
    if candidate is not None:
        gating.propose(sim, t, candidate)


def _from(sim: Simulation, t: int, reason: str, rows: Rows) -> Candidate | None:
    """A candidate from rows as they were read."""
    training, known = sim.plan.training, ~unknown(rows.label)
    trust = np.array([training.trust.get(kind, 0.0) for kind in sim.kinds])
    came = partial(origins, rows, training, t)
    read = Read(rows.ids, rows.opened, lineage.window(sim, rows), came)
    candidate = fit(sim, t, reason, training_rows(rows, training, trust, t), read)
    if candidate is not None:
        sim.office.fitted(sim, t, rows.ids)
    if candidate is None or known.all():
        return candidate
    # Labels that reject inference made up are nothing to compare with.
    return replace(candidate, features=rows.features[known], labels=rows.label[known])


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager[object]:
    """So that a fit's last digits do not depend on how many processors there are."""
    return _libraries().limit(limits=1, user_api="blas")


def fit(
    sim: Simulation, t: int, reason: str, rows: Result | None, read: Read | None
) -> Candidate | None:
    """A model fitted on rows; None, and an event, if the rows do not allow one.

    It is fitted where the rows are (`Crossing.gather`; None elsewhere), and known in every shard.
    """
    made = sim.crossing.once("model", partial(_fitted, sim, t, rows, read))
    if made.model is None:
        sim.event("kept", t, reason=f"{reason}: {made.why}", rows=made.rows)
        return None
    ways = ("incremental", "warm_start")
    goes_on = sim.version > 0 and any(getattr(sim.model, way, False) for way in ways)
    features, labels = (None, None) if rows is None else rows[:2]
    return Candidate(
        t, reason, made.rows, made.model, features, labels, sim.version, goes_on, made.data
    )


@dataclass(frozen=True)
class Fitted:
    """A model and what it was fitted on, or why there is none."""

    model: Model | None
    rows: int
    why: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def _fitted(sim: Simulation, t: int, rows: Result | None, read: Read | None) -> Fitted:
    if rows is None or read is None:
        return Fitted(None, 0, "no rows")
    features, labels, weights = rows
    state = sim.draws.integer(Stream.FIT, t)
    more = {"origins": read.origins()} if getattr(sim.model, "needs_origins", False) else {}
    seen = getattr(sim.world, "learnable", None)
    try:
        with (
            lineage.hashing(read.ids, read.opened, features, labels, weights) as found,
            sim.plugin(sim.model),
            one_blas_thread(),
        ):
            known = features if seen is None else seen(sim.people, features)
            model = sim.model.fit(known, labels, weights, state, **more)
    except CannotFit as error:
        return Fitted(None, len(labels), str(error))
    data = {"hash": found.result(), "rows": len(labels), **read.facts}
    return Fitted(model, len(labels), "", data)
