"""How a candidate becomes a version, or not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.feedback import unknown
from loopsim.memory import Rows
from loopsim.retraining import canary, lineage
from loopsim.retraining.candidate import Candidate
from loopsim.retraining.gate import NoGate, Trial, Verdict

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


def held_out(rows: Rows, share: float) -> NDArray[np.bool_]:
    """(n,) a keyed share of rows that no fit reads: the same ones for every candidate."""
    return (rows.priority * 2.0**26) % 1.0 < share


def propose(sim: Simulation, t: int, candidate: Candidate) -> None:
    """A new candidate comes to the gate; one that still waited there is superseded."""
    drop(sim, t, "a newer candidate came before it was admitted")
    verdict = _ask(sim, t, candidate)
    if verdict.answer == "wait":
        sim.pending = replace(candidate, features=None, labels=None)
        sim.tell("on_candidate", sim.pending)
        sim.event("waiting", t, reason=f"{candidate.reason}: {verdict.why}", rows=candidate.rows)
        _serve(sim, t, verdict)
    else:
        _settle(sim, t, candidate, verdict)


def settle(sim: Simulation, t: int) -> None:
    """Ask the gate again about the candidate that waits."""
    if sim.pending is None:
        return
    candidate, verdict = sim.pending, _ask(sim, t, sim.pending)
    if verdict.answer == "wait":
        _serve(sim, t, verdict)
    else:
        sim.pending = None
        _settle(sim, t, candidate, verdict)


def drop(sim: Simulation, t: int, why: str) -> None:
    """The candidate that waits will not be asked about again."""
    if sim.pending is not None:
        canary.end(sim, t)
        sim.event("kept", t, reason=f"{why}: {sim.pending.reason}", rows=sim.pending.rows)
        sim.pending = None


def _serve(sim: Simulation, t: int, verdict: Verdict) -> None:
    """The gate may have the candidate serve some of the people while it waits."""
    candidate = sim.pending
    if verdict.share > 0.0 and sim.canary is None and candidate is not None:
        canary.begin(sim, t, verdict.share, candidate, lineage.origin(sim, candidate))


def _settle(sim: Simulation, t: int, candidate: Candidate, verdict: Verdict) -> None:
    reason = f"{candidate.reason}: {verdict.why}" if verdict.why else candidate.reason
    told, number = _told(sim, verdict), 0 if sim.canary is None else sim.canary.number
    canary.end(sim, t, told)
    if verdict.answer == "refuse":
        sim.event("kept", t, reason=reason, rows=candidate.rows)
    else:
        sim.go_live(t, replace(candidate, reason=reason, gate=told), number)


def _told(sim: Simulation, verdict: Verdict) -> dict[str, Any]:
    """A verdict as the lineage keeps it."""
    return {
        "kind": sim.plan.training.gate.kind,
        "answer": verdict.answer,
        "why": verdict.why,
        "figures": plain(verdict.figures),
        "approver": verdict.approver or None,
    }


def plain(value: Any) -> Any:
    """Figures as JSON has them: no NumPy types, and None for what is no number."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _ask(sim: Simulation, t: int, candidate: Candidate) -> Verdict:
    if isinstance(sim.gate, NoGate):
        return Verdict("admit")
    rows = sim.memory.known(t)
    if rows is not None:
        rows = rows.take(np.flatnonzero(~unknown(rows.label) & (rows.kind == 0)))
    rows = Rows.together(rows, sim.crossing)
    return sim.crossing.once("gate", partial(_judged, sim, t, candidate, rows))


def _judged(sim: Simulation, t: int, candidate: Candidate, rows: Rows | None) -> Verdict:
    if rows is None:
        return Verdict("wait", "no labelled rows to judge by")
    held = held_out(rows, sim.plan.training.holdout) | (rows.opened >= candidate.since)
    trial = Trial(
        t, candidate.since, sim.model, candidate.model, rows, held, sim.world.groups, sim.draws,
        sim.world.money, sim.canary,
    )  # fmt: skip
    with sim.plugin(sim.gate):
        return sim.gate.admit(trial)
