"""manifest.json: what was run, with what, where, and how it ended."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import loopsim
from loopsim.errors import RunFolderError
from loopsim.runs.folder import FORMAT, Folder, reported, write_text
from loopsim.scenario import Scenario

if TYPE_CHECKING:
    from loopsim.edges import Edges

_DEPENDENCIES = (
    "numpy",
    "scipy",
    "numba",
    "pandas",
    "pyarrow",
    "pydantic",
    "scikit-learn",
    "skops",
    "simpy",
    "mesa",
)


def begin(folder: Folder, scenario: Scenario) -> None:
    """Write the manifest of a run that is about to start."""
    facts = {
        "format": FORMAT,
        "status": "running",
        "error": None,
        "name": scenario.name,
        "seed": scenario.seed,
        "rounds": scenario.rounds,
        "rounds_done": 0,
        "decisions": 0,
        "versions": 0,
        "scenario_hash": scenario.hash,
        "started": _now(),
        "ended": None,
        "software": _software(),
        "machine": _machine(),
    }
    write_text(folder.manifest, json.dumps(facts, indent=2) + "\n")


def loops(edges: Edges) -> dict[str, dict[str, str]]:
    """What flows in each loop of a world, closed and cut, in the world's own words.

    Kept with the run, so that whoever reads it need not execute the world for them.
    """
    return {edge.name: {"closed": str(edge.closed), "cut": str(edge.cut)} for edge in edges}


def update(folder: Folder, **facts: Any) -> None:
    """Change some of its entries."""
    if facts.get("status") not in (None, "running"):
        facts["ended"] = _now()
    write_text(folder.manifest, json.dumps(read(folder) | facts, indent=2) + "\n")


def read(folder: Folder) -> dict[str, Any]:
    """The manifest of a run folder of this format.

    Raises
    ------
    RunFolderError
        If the folder is no run (saying what is missing), or one of another format.
    """
    if not folder.path.is_dir():
        raise RunFolderError(f"{folder.path}: no such run folder")
    missing = [f.name for f in (folder.scenario, folder.manifest) if not f.is_file()]
    if missing:
        raise RunFolderError(
            f"{folder.path}: not a run folder: it has no {' and no '.join(missing)}"
        )
    try:
        with reported(folder.manifest, "read"):
            facts = json.loads(folder.manifest.read_text(encoding="utf-8"))
        found = facts["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise RunFolderError(f"{folder.manifest}: not the manifest of a run: {error}") from error
    if found != FORMAT:
        by = facts.get("software", {}).get("loopsim", "unknown")
        raise RunFolderError(
            f"{folder.path}: written in format {found} (by loopsim {by}); "
            f"this is loopsim {loopsim.__version__}, which reads format {FORMAT}"
        )
    return dict(facts)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _software() -> dict[str, str]:
    found = {"loopsim": loopsim.__version__, "python": platform.python_version()}
    for name in _DEPENDENCIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "processor": platform.machine(), "cpus": os.cpu_count()}
