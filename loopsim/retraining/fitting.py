"""From the memory of past cases to the next model version."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from loopsim.draws import Draws, Stream
from loopsim.edges import Edge
from loopsim.feedback import unknown
from loopsim.memory import Rows
from loopsim.models.base import CannotFit, Origins
from loopsim.retraining import gating, lineage
from loopsim.retraining.candidate import Candidate
from loopsim.retraining.rows import origins, training_rows

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
    labelled = 0 if rows is None else int((~unknown(rows.label)).sum())
    sim.last_fit, sim.labels_since_fit = t, 0
    if rows is None or labelled < training.minimum:
        why = f"{labelled} labelled rows, fewer than training.minimum = {training.minimum}"
        sim.event("kept", t, reason=f"{reason}: {why}", rows=labelled)
        return
    rows = read_rows(sim.world.edges.model, rows, sim.draws)
    trust = np.array([training.trust.get(kind, 0.0) for kind in sim.kinds])
    known = ~unknown(rows.label)
    sim.fits += 1
    came = partial(origins, rows, training, t)
    read = Read(rows.ids, rows.opened, lineage.window(sim, rows), came)
    candidate = fit(sim, t, reason, *training_rows(rows, training, trust, t), read)
    if candidate is None:
        return
    if not known.all():  # labels that reject inference made up are nothing to compare with
        candidate = replace(candidate, features=rows.features[known], labels=rows.label[known])
    gating.propose(sim, t, candidate)


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager[object]:
    """So that a fit's last digits do not depend on how many processors there are."""
    return _libraries().limit(limits=1, user_api="blas")


def fit(
    sim: Simulation,
    t: int,
    reason: str,
    features: Any,
    labels: NDArray[np.int8],
    weights: NDArray[np.float64] | None,
    read: Read,
) -> Candidate | None:
    """A model fitted on rows; None, and an event, if the rows do not allow one."""
    state = sim.draws.integer(Stream.FIT, t)
    more = {"origins": read.origins()} if getattr(sim.model, "needs_origins", False) else {}
    seen = getattr(sim.world, "learnable", None)
    try:
        with (
            lineage.hashing(read.ids, read.opened, features, labels, weights) as found,
            sim.plugin(sim.model),
            one_blas_thread(),
        ):
            rows = features if seen is None else seen(sim.people, features)
            model = sim.model.fit(rows, labels, weights, state, **more)
    except CannotFit as error:
        sim.event("kept", t, reason=f"{reason}: {error}", rows=len(labels))
        return None
    ways = ("incremental", "warm_start")
    goes_on = sim.version > 0 and any(getattr(sim.model, way, False) for way in ways)
    data = {"hash": found.result(), "rows": len(labels), **read.facts}
    return Candidate(t, reason, len(labels), model, features, labels, sim.version, goes_on, data)
