"""Back to the version before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopsim.models.version import ModelVersion
from loopsim.retraining import gating, lineage

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


def roll_back(sim: Simulation, t: int) -> bool:
    """Make the model of the version before the live one live again, if the rule says so.

    It becomes a version of its own, so that the log still tells which model scored what. One step
    only: what was gone back to stays until something newer goes live. Labels since the last fit
    and rounds since then count on: nothing has been fitted.
    """
    back = getattr(sim.rule, "back", None)
    live = [version for version in sim.versions if version.live]
    if back is None or len(live) < 2 or _has_gone_back(sim):
        return False
    reason = back(sim.readings, t)
    if reason is None:
        return False
    if sim.canary is not None:
        gating.drop(sim, t, "the champion that it was compared with gives way")
    bad, before = live[-1], live[-2]
    said = f"{reason}: version {bad.number} gave way to the model of version {before.number}"
    origin = before.origin | {
        "parent": bad.number,
        "model_of": before.origin.get("model_of", before.number),
        "gate": None,
        "thresholds": lineage.thresholds(sim),
        "reference": lineage.reference(sim),
    }
    made = ModelVersion(len(sim.versions) + 1, t, before.rows, said, before.model, origin=origin)
    sim.version, sim.model = made.number, made.model
    sim.versions.append(made)
    sim.office.back(made.number, before.number)
    sim.tell("on_version", made)
    sim.event("rolled-back", t, reason=said, rows=made.rows)
    return True


def _has_gone_back(sim: Simulation) -> bool:
    """Whether the live version is one that was gone back to."""
    moves = (e["kind"] for e in reversed(sim.events) if e["kind"] in ("retrained", "rolled-back"))
    return next(moves, "") == "rolled-back"
