"""The recorder: the observer that writes everything about a run into its folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.errors import RunFolderError
from loopsim.models.base import CannotSave
from loopsim.models.version import ModelVersion
from loopsim.retraining import lineage
from loopsim.retraining.candidate import Candidate
from loopsim.runs import checkpoints, manifest, metrics_file
from loopsim.runs.events import EventLog
from loopsim.runs.folder import Folder, whole, write_text
from loopsim.runs.row_recorder import RowRecorder
from loopsim.scenario import Scenario

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


class Recorder(RowRecorder):
    """Writes predictions, labels, models, events, metrics and checkpoints.

    It draws nothing that the run draws and changes nothing: a run is the same with it and without.

    Parameters
    ----------
    folder : Folder
    scenario : Scenario
        Its ``log`` section says how much of the predictions and labels is kept.
    """

    def __init__(self, folder: Folder, scenario: Scenario) -> None:
        super().__init__(folder, scenario)
        self.started, self.first_round = perf_counter(), 0
        self.events = EventLog(folder.events)
        self.unsaved = False

    # Hooks of the simulation ---------------------------------------------------------------------

    def on_event(self, sim: Simulation, event: dict[str, Any]) -> None:
        """Something happened: append it at once."""
        self.events.write(len(sim.events) - 1, event)

    def on_version(self, sim: Simulation, version: ModelVersion) -> None:
        """A model went live: keep it, and what it came from."""
        facts = lineage.record(sim, version)
        facts["model"] |= {"file": None, "sha256": None} | self._save(sim, version)
        text = json.dumps(facts, indent=1, allow_nan=False)
        write_text(self.folder.lineage(version.number), text + "\n")

    def _save(self, sim: Simulation, version: ModelVersion) -> dict[str, str]:
        """The model's file and its hash; nothing if no safe format can hold it."""
        file = self.folder.model(version.number)
        try:
            with whole(file) as part:
                version.model.save(part)
                found = sha256(part.read_bytes()).hexdigest()
        except CannotSave as error:
            if not self.unsaved:
                self.unsaved = True
                sim.event("unsaved", version.round, reason=f"no checkpoints: {error}", rows=0)
            return {}
        return {"file": file.name, "sha256": found}

    def on_candidate(self, sim: Simulation, candidate: Candidate) -> None:
        """A model waits at the gate: keep it, for a run that is resumed."""
        with suppress(CannotSave), whole(self.folder.candidate(candidate.since)) as part:
            candidate.model.save(part)

    # What the run calls ---------------------------------------------------------------------------

    def after_round(self, sim: Simulation) -> None:
        """A checkpoint, if one is due."""
        self.writer.check()
        if sim.t in self.due and not self.unsaved:
            self._checkpoint(sim)

    def finish(self, sim: Simulation) -> None:
        """Everything is written and the run is over."""
        self.finish_rows()
        checkpoints.prune(self.folder.checkpoints, sim.t)
        if sim.office.erases:  # they hold what has been erased since
            checkpoints.clear(self.folder.checkpoints)
        self._figures(sim)
        self.events.close()
        self._facts(sim, "finished")

    def stop(self, sim: Simulation | None, status: str, error: str) -> None:
        """Write what there is of a run that did not get to its end, as far as that still goes."""
        tables = list(self.tables.values()) if sim is not None else []
        steps: list[Callable[[], object]] = [table.tail for table in tables]
        steps += [self.writer.close, self.events.close]
        steps += [partial(self._figures, sim)] if sim is not None else []
        steps.append(partial(self._facts, sim, status, error))
        for step in steps:
            # A folder that can no longer be written must not hide the error that stopped the run.
            with suppress(RunFolderError, OSError):
                step()

    def abandon(self) -> None:
        """Let go of the folder as it is."""
        self.writer.close()
        self.events.close()

    def restore(self, sim: Simulation, state: checkpoints.State) -> None:
        """Go on from a checkpoint that `sim` was restored from."""
        self.first_round = sim.t
        self.events.catch_up(sim.events)
        self._reasons = tuple(map(str, state.get("reasons", ())))
        for name in ("predictions", "feedback", "reviews"):
            part = {
                k.removeprefix(f"{name}."): v for k, v in state.items() if k.startswith(f"{name}.")
            }
            if part:
                self.table(sim, name).buffer.restore(part)

    def _checkpoint(self, sim: Simulation) -> None:
        self.checkpoint_rows()
        self._figures(sim)
        state = {f"run.{k}": v for k, v in sim.state().items()}
        for name, table in self.tables.items():
            state |= {f"{name}.{k}": v for k, v in table.buffer.state().items()}
        state["reasons"] = np.array(self._reasons, dtype=np.str_)
        written = [name for table in self.tables.values() for name in table.written(sim.t)]
        state["segments"] = np.array(sorted(written), dtype=np.str_)
        checkpoints.write(self.folder.checkpoints, sim.t, state)
        self._facts(sim, "running")

    def _figures(self, sim: Simulation) -> None:
        metrics_file.write(self.folder.metrics, sim.series)

    def _facts(self, sim: Simulation | None, status: str, error: str | None = None) -> None:
        done: dict[str, Any] = {"events": {"count": self.events.count, "head": self.events.head}}
        if sim is not None:
            done |= {
                "rounds_done": sim.t,
                "decisions": sim.decisions,
                "versions": len(sim.versions),
            }
            write_text(self.folder.timings, json.dumps(self.timings(sim), indent=2) + "\n")
        manifest.update(self.folder, status=status, error=error, **done)

    def timings(self, sim: Simulation) -> dict[str, Any]:
        """This process's stretch of the run, after those of earlier ones."""
        earlier = []
        if self.folder.timings.is_file():
            stretches = json.loads(self.folder.timings.read_text())["stretches"]
            earlier = [s for s in stretches if s["from"] < self.first_round]
        stretch = {
            "from": self.first_round,
            "to": sim.t,
            "seconds": perf_counter() - self.started,
            "stages": dict(sim.timings),
            "writer": self.writer.seconds,
        }
        return {"stretches": [*earlier, stretch]}
