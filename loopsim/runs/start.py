"""Run a scenario into a folder, and take a killed run up again."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from loopsim.errors import InputError, RunFolderError
from loopsim.registry import allow_code
from loopsim.runs import checkpoints, manifest
from loopsim.runs.folder import Folder, reported, whole
from loopsim.runs.lock import Lock
from loopsim.runs.reader import Run
from loopsim.runs.recorder import Recorder
from loopsim.scenario import Scenario
from loopsim.simulation import Simulation

RESULTS = Path("results") / "runs"


def run(
    scenario: Scenario,
    out: str | Path | Literal[False] | None = None,
    observers: Iterable[Any] = (),
    code: Iterable[str | Path] = (),
) -> Run:
    """Run a scenario to its end.

    Parameters
    ----------
    scenario : Scenario
    out : path, None or False
        The run folder, new or empty; None makes one under ``results/runs``; False writes nothing
        and gives a run in memory, without the predictions and labels.
    observers : objects with hooks
        As for `loopsim.Simulation`.
    code : paths
        Files of your own that the scenario may run (a model or an environment).

    Returns
    -------
    Run

    Raises
    ------
    InputError
        What the scenario names cannot be used; nothing has been written.
    PluginError
        A part of the scenario failed. What was logged up to then is in the folder.
    RunFolderError
        The folder cannot be written.
    """
    allow_code(code)
    return launch(scenario, out, list(observers), _begin, Recorder)


def launch(
    scenario: Scenario,
    out: str | Path | Literal[False] | None,
    observers: list[Any],
    start: Starter,
    recorder: type[Recorder],
) -> Run:
    """`run` with a simulation that `start` makes, and a recorder of its own."""
    if out is False:
        return Run.in_memory(start(None, scenario, None, observers).run())
    folder = _create(scenario, None if out is None else Path(out))
    with Lock(folder.lock):
        try:
            return _drive(folder, scenario, recorder(folder, scenario), observers, start)
        except InputError:
            # Nothing has run: leave nothing behind, as for any other fault of the input.
            shutil.rmtree(folder.path, ignore_errors=True)
            raise


def resume(
    folder: str | Path, observers: Iterable[Any] = (), code: Iterable[str | Path] = ()
) -> Run:
    """Take up a run that was killed, interrupted or that failed, from its last checkpoint.

    It ends with the same bytes as a run that was never disturbed. A finished run is just opened.

    Raises
    ------
    RunFolderError
        If the folder is no run, or of another format, or changed, or if a live process writes it.
    """
    allow_code(code)
    place = Folder(Path(folder))
    facts = manifest.read(place)
    scenario = unchanged_scenario(place, facts)
    if facts["status"] == "finished":
        return Run.opened(place)
    if "shards" in facts:
        raise RunFolderError(
            f"{place.path}: a run over {facts['shards']} shards has no checkpoints; start it anew, "
            "into another folder"
        )
    with Lock(place.lock):
        with reported(place.path):
            place.tidy()
        recorder = Recorder(place, scenario)
        return _drive(place, scenario, recorder, list(observers), _continue)


def unchanged_scenario(folder: Folder, facts: dict[str, Any]) -> Scenario:
    """The scenario of a run, which must be the one that the run was started with."""
    scenario = Scenario.load(folder.scenario)
    if scenario.hash != facts["scenario_hash"]:
        raise RunFolderError(
            f"{folder.scenario}: changed since the run was started (hash {scenario.hash[:8]}, not "
            f"{facts['scenario_hash'][:8]}); put it back, or start a new run with it"
        )
    return scenario


#: Makes the simulation; folder and recorder (one of the observers) are None for a run in memory.
Starter = Callable[[Folder | None, Scenario, Recorder | None, list[Any]], Simulation]


def _begin(
    folder: Folder | None, scenario: Scenario, recorder: Recorder | None, observers: list[Any]
) -> Simulation:
    return Simulation(scenario, observers)


def _continue(
    folder: Folder | None, scenario: Scenario, recorder: Recorder | None, observers: list[Any]
) -> Simulation:
    """From the newest checkpoint whose files are all there; from the start if there is none."""
    assert folder is not None and recorder is not None
    for _, state in checkpoints.newest(folder.checkpoints):
        if all((folder.path / name).is_file() for name in state["segments"]):
            inner = {k.removeprefix("run."): v for k, v in state.items() if k.startswith("run.")}
            try:
                sim = Simulation.restored(scenario, inner, folder.models, observers)
            except (FileNotFoundError, RunFolderError):
                continue  # a model is gone or damaged: an earlier checkpoint may do without it
            recorder.restore(sim, state)
            return sim
    return _begin(folder, scenario, recorder, observers)


def _drive(
    folder: Folder, scenario: Scenario, recorder: Recorder, observers: list[Any], start: Starter
) -> Run:
    """Run to the end; whatever stops it, what was logged is written and the manifest says why."""
    sim = None
    try:
        sim = start(folder, scenario, recorder, [recorder, *observers])
        loops = manifest.loops(sim.world.edges)
        manifest.update(folder, status="running", error=None, ended=None, loops=loops)
        while sim.t < scenario.rounds:
            sim.step()
            recorder.after_round(sim)
        recorder.finish(sim)
    except BaseException as error:
        _stop(recorder, sim, error)
        raise
    sim.tell("on_end")
    return Run.opened(folder)


def _stop(recorder: Recorder, sim: Simulation | None, error: BaseException) -> None:
    if sim is None and isinstance(error, InputError):
        recorder.abandon()  # nothing has run
        return
    status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
    recorder.stop(sim, status, f"{type(error).__name__}: {error}")


def _create(scenario: Scenario, out: Path | None) -> Folder:
    """A new run folder with its scenario and manifest."""
    if out is not None:
        with reported(out):
            used = out.is_dir() and any(out.iterdir())
        if used:
            held = "holds a run: resume it" if Folder(out).manifest.is_file() else "is not empty"
            raise RunFolderError(f"{out}: the folder {held}, or choose another one")
        return _fill(out, scenario)
    name = re.sub(r"[^\w.-]+", "-", scenario.name)
    base = RESULTS / f"{name}-{scenario.hash[:8]}-seed{scenario.seed}"
    names = itertools.chain(
        [base], (base.with_name(f"{base.name}-{n}") for n in itertools.count(2))
    )
    return _fill(next(path for path in names if not path.exists()), scenario)


def _fill(path: Path, scenario: Scenario) -> Folder:
    """Make the folder under another name first: it is there with all that a run needs, or not."""
    with reported(path):
        if path.is_dir():
            _write_start(Folder(path), scenario)
            return Folder(path)
        part = Folder(path.with_name(f".{path.name}-{os.getpid()}.tmp"))
        part.path.mkdir(parents=True)
        try:
            _write_start(part, scenario)
            os.rename(part.path, path)
        except BaseException:
            shutil.rmtree(part.path, ignore_errors=True)
            raise
    return Folder(path)


def _write_start(folder: Folder, scenario: Scenario) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    with whole(folder.scenario) as part, part.open("w", encoding="utf-8") as text:
        yaml.dump(scenario.as_dict(), text)
    manifest.begin(folder, scenario)
