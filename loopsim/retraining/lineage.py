"""What a model version came from: the rows of its fit, and what was in force when it went live."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.feedback import unknown
from loopsim.retraining import canary
from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.memory import Rows
    from loopsim.models.version import ModelVersion
    from loopsim.retraining.candidate import Candidate
    from loopsim.scenario import Scenario
    from loopsim.simulation import Simulation

Facts = dict[str, Any]


def digest(*parts: Any) -> str:
    """SHA-256 of arrays and what holds them: their types, shapes and bytes, in this order.

    >>> digest(np.array([1.0])) == digest(np.array([1.0])) != digest(np.array([1]))
    True
    """
    found = sha256()
    for part in parts:
        _feed(found, part)
    return found.hexdigest()


def _feed(found: Any, part: Any) -> None:
    if is_dataclass(part):
        for field in fields(part):
            _feed(found, getattr(part, field.name))
    elif part is None or isinstance(part, str | int | float | tuple):
        found.update(repr(part).encode())
    else:
        array = np.ascontiguousarray(part)
        found.update(f"{array.dtype.str}{array.shape}".encode())
        found.update(repr(array.tolist()).encode() if array.dtype.hasobject else array.data)


def settings_hash(settings: Kind | None) -> str | None:
    """SHA-256 of the canonical JSON of some settings."""
    if settings is None:
        return None
    text = json.dumps(settings.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


@contextmanager
def hashing(*parts: Any) -> Iterator[Future[str]]:
    """The digest, found in a thread beside what is done in the block: hashing needs no lock."""
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(digest, *parts)


def window(sim: Simulation, rows: Rows) -> Facts:
    """Which cases a fit reads: from when, by kind of feedback, and whose decisions let them in.

    A row's version is the one that scored its case: what a version learns from is what earlier ones
    let through.
    """
    known = ~unknown(rows.label)
    kinds = np.bincount(rows.kind[known], minlength=len(sim.kinds))
    facts = spanned(rows.opened)
    facts["by_kind"] = {k: int(n) for k, n in zip(sim.kinds, kinds, strict=True) if n}
    if not known.all():
        facts["without_label"] = int((~known).sum())
    counts = np.bincount(scored_by(sim, rows.opened, rows.ids))
    facts["by_version"] = {str(v): int(counts[v]) for v in np.flatnonzero(counts)}
    return facts


def spanned(opened: NDArray[Any]) -> Facts:
    """The first and the last round in which cases of a fit opened; those before 0 are history."""
    return {"first": int(opened.min()), "last": int(opened.max())}


def scored_by(sim: Simulation, opened: NDArray[Any], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) numbers of the versions that scored some cases; 0 where there was none yet."""
    live = [v for v in sim.versions if v.live]
    since = np.array([v.round for v in live], dtype=np.int64)
    numbers = np.array([0, *(v.number for v in live)], dtype=np.int64)
    first = int(opened.min(initial=0))
    rounds = np.arange(first, int(opened.max(initial=0)) + 1)
    who = numbers[np.searchsorted(since, rounds, side="right")][opened - first]
    for version in sim.versions:
        if "canary" in version.origin:
            who[_served(sim, version, opened, ids)] = version.number
    return who


def _served(
    sim: Simulation, version: ModelVersion, opened: NDArray[Any], ids: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Which cases a version scored as a canary."""
    told = version.origin["canary"]
    until = np.inf if told["until"] is None else told["until"]
    at = np.flatnonzero((opened >= told["since"]) & (opened < until))
    return at[canary.serves(sim.draws, version.origin["fitted"], told["share"], ids[at])]


def origin(sim: Simulation, candidate: Candidate) -> Facts:
    """What is to be known of a version that goes live now, beside its settings; ready for JSON."""
    return {
        "fitted": candidate.since,
        "parent": candidate.parent or None,
        "goes_on": candidate.goes_on,
        "data": candidate.data,
        "gate": candidate.gate,
        "thresholds": thresholds(sim),
        "reference": reference(sim),
    }


def thresholds(sim: Simulation) -> Any:
    """The policy's threshold, or those by group; None where it has none or finds them anew."""
    at = getattr(getattr(sim.policy, "policy", sim.policy), "at", None)
    if isinstance(at, np.ndarray):
        return {g: float(x) for g, x in zip(sim.world.groups, at, strict=True)}
    return None if at is None else float(at)


def reference(sim: Simulation) -> str | None:
    """A hash of what the monitors hold to be usual; None without monitors."""
    if not sim.watch.monitors:
        return None
    state = sim.watch.state()
    return digest(*(part for name in sorted(state) for part in (name, state[name])))


def in_force(sim: Simulation) -> Facts:
    """The settings that every version of a run has in common, as hashes beside their kinds."""
    plan, schema = sim.plan, sim.office.schema
    levels = {name: list(schema.levels[name]) for name in schema.names if name in schema.levels}
    desk = plan.oversight if sim.desk is not None else None
    guideline = getattr(desk, "guideline", ())
    return {
        "features": {
            "names": list(schema.names),
            "hash": digest(schema.names, json.dumps(levels)),
        },
        "model": _part(plan.model),
        "policy": _part(plan.policy),
        "desk": None if desk is None else _part(desk) | {"guideline": _guideline(guideline)},
        "scenario": _identity(plan),
    }


def _identity(plan: Scenario) -> str:
    """A hash of the scenario but for `log`: how much is written changes no decision."""
    rest = {key: value for key, value in plan.as_dict().items() if key != "log"}
    return digest(json.dumps(rest, sort_keys=True))


def _part(settings: Kind) -> Facts:
    return {"kind": settings.kind, "hash": settings_hash(settings)}


def _guideline(lines: Any) -> str | None:
    return digest(*(line.model_dump_json() for line in lines)) if lines else None


def record(sim: Simulation, made: ModelVersion) -> Facts:
    """Everything that the decisions of a version depend on; ready for JSON."""
    return {
        "version": made.number,
        "model_of": made.number,
        "parent": None,
        "live": made.round if made.live else None,
        "reason": made.reason,
        "rows": made.rows,
        **made.origin,
        **in_force(sim),
    }
