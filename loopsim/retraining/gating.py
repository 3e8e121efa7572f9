"""How a candidate becomes a version, or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.feedback import unknown
from loopsim.memory import Rows
from loopsim.retraining.candidate import Candidate
from loopsim.retraining.gate import NoGate, Trial, Verdict

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


def held_out(rows: Rows, share: float) -> NDArray[np.bool_]:
    """(n,) a keyed share of rows that no fit reads: the same ones for every candidate."""
    return (rows.priority * 2.0**26) % 1.0 < share


def propose(sim: Simulation, t: int, candidate: Candidate) -> None:
    """A new candidate comes to the gate; one that still waited there is superseded."""
    if sim.pending is not None:
        waited = f"a newer candidate came before it was admitted: {sim.pending.reason}"
        sim.event("kept", t, reason=waited, rows=sim.pending.rows)
        sim.pending = None
    verdict = _ask(sim, t, candidate)
    if verdict.answer == "wait":
        sim.pending = replace(candidate, features=None, labels=None)
        sim.tell("on_candidate", sim.pending)
        sim.event("waiting", t, reason=f"{candidate.reason}: {verdict.why}", rows=candidate.rows)
    else:
        _settle(sim, t, candidate, verdict)


def settle(sim: Simulation, t: int) -> None:
    """Ask the gate again about the candidate that waits."""
    if sim.pending is None:
        return
    candidate, verdict = sim.pending, _ask(sim, t, sim.pending)
    if verdict.answer != "wait":
        sim.pending = None
        _settle(sim, t, candidate, verdict)


def _settle(sim: Simulation, t: int, candidate: Candidate, verdict: Verdict) -> None:
    reason = f"{candidate.reason}: {verdict.why}" if verdict.why else candidate.reason
    if verdict.answer == "refuse":
        sim.event("kept", t, reason=reason, rows=candidate.rows)
    else:
        sim.go_live(t, replace(candidate, reason=reason, gate=_told(sim, verdict)))


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
    if rows is None:
        return Verdict("wait", "no labelled rows to judge by")
    rows = rows.take(np.flatnonzero(~unknown(rows.label) & (rows.kind == 0)))
    held = held_out(rows, sim.plan.training.holdout) | (rows.opened >= candidate.since)
    trial = Trial(
        t, candidate.since, sim.model, candidate.model, rows, held, sim.world.groups, sim.draws,
        sim.world.money,
    )  # fmt: skip
    with sim.plugin(sim.gate):
        return sim.gate.admit(trial)
