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

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.draws import Stream
from loopsim.environments.base import form
from loopsim.errors import RunFolderError
from loopsim.feedback import LabelBatch
from loopsim.models.base import CannotSave
from loopsim.models.version import ModelVersion
from loopsim.oversight.base import STAGES, Reviews
from loopsim.retraining import lineage
from loopsim.retraining.candidate import Candidate
from loopsim.runs import checkpoints, manifest, metrics_file
from loopsim.runs.events import EventLog
from loopsim.runs.folder import Folder, whole, write_text
from loopsim.runs.table_log import TableLog
from loopsim.runs.tables import Feedback, Layout, Predictions
from loopsim.runs.tables import Reviews as ReviewTable
from loopsim.runs.writer import Writer
from loopsim.scenario import Scenario

if TYPE_CHECKING:
    from loopsim.simulation import Simulation

_ENTITY = (1 << ENTITY_BITS) - 1


class Recorder:
    """Writes predictions, labels, models, events, metrics and checkpoints.

    It draws nothing that the run draws and changes nothing: a run is the same with it and without.

    Parameters
    ----------
    folder : Folder
    scenario : Scenario
        Its ``log`` section says how much of the predictions and labels is kept.
    """

    def __init__(self, folder: Folder, scenario: Scenario) -> None:
        self.folder, self.log = folder, scenario.log
        self.started, self.first_round = perf_counter(), 0
        self.writer = Writer()
        self.events = EventLog(folder.events)
        self.unsaved = False
        self._due = checkpoints.rounds(scenario.log.checkpoint, scenario.rounds)
        self._tables: dict[str, TableLog] = {}
        self._reasons: tuple[str, ...] = ()

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

    def on_labels(self, sim: Simulation, t: int, batch: LabelBatch) -> None:
        """Labels became known."""
        if self.log.level == "off":
            return
        names = ("prediction_id", "label", "opened", "kind")
        columns: dict[str, Any] = {name: getattr(batch, name) for name in names}
        kept = self._kept(sim, batch.prediction_id & _ENTITY)
        if kept is not None:
            columns = {name: values[kept] for name, values in columns.items()}
        self._table(sim, "feedback").append(columns["label"].size, columns, None, (t,))

    def on_reviews(self, sim: Simulation, t: int, reviews: Reviews, advised: Any) -> None:
        """Reviewers had a look, or no room for one."""
        if self.log.level == "off":
            return
        looks, cases, self._reasons = reviews.rows(), sim.cases, reviews.reasons
        columns: dict[str, Any] = {k: v for k, v in vars(looks).items() if k != "at"}
        columns |= {"prediction_id": cases.prediction_id[looks.at], "advised": advised[looks.at]}
        version = _at(cases.version, looks.at)
        kept = self._kept(sim, cases.ids[looks.at])
        if kept is not None:
            columns = {name: values[kept] for name, values in columns.items()}
            version = _at(version, kept)
        constants = (t, version)
        self._table(sim, "reviews").append(columns["action"].size, columns, None, constants)

    def on_round(self, sim: Simulation, t: int, cases: Cases, outcomes: Any) -> None:
        """A round's decisions were taken."""
        if self.log.level == "off":
            return
        columns: dict[str, Any] = {
            "id": cases.ids,
            "group": cases.group,
            "score": cases.scores,
            "action": cases.actions,
            "propensity": cases.propensities,
            "reviewed": cases.reviewed,
        }
        if cases.lost.size:
            columns["lost"] = cases.lost
        features, version = cases.features, cases.version
        kept = self._kept(sim, cases.ids)
        if kept is not None:
            columns = {name: values[kept] for name, values in columns.items()}
            features = features[kept] if self.log.features else None
            version = _at(version, kept)
        constants = (t, version)
        self._table(sim, "predictions").append(columns["id"].size, columns, features, constants)

    def _kept(self, sim: Simulation, ids: Any) -> Any:
        """Positions of the entities whose rows are kept (always the same ones), None for all."""
        if self.log.level == "full":
            return None
        return np.flatnonzero(sim.draws.uniform(Stream.LOG, -1, ids) < self.log.share)

    def _table(self, sim: Simulation, name: str) -> TableLog:
        if name not in self._tables:
            layout = self._layout(sim, name)
            self._tables[name] = TableLog(getattr(self.folder, name), layout, self.writer)
        return self._tables[name]

    def _layout(self, sim: Simulation, name: str) -> Layout:
        if name == "feedback":
            return Feedback(sim.kinds, form(sim.world) == "value")
        return ReviewTable(STAGES, self._reasons) if name == "reviews" else self._predictions(sim)

    def _predictions(self, sim: Simulation) -> Predictions:
        schema = sim.world.schema
        seen = schema if self.log.features else type(schema)(())
        slates = form(sim.world) == "slate"
        return Predictions(sim.world.groups, seen, sim.losses is not None, slates)

    # What the run calls ---------------------------------------------------------------------------

    def after_round(self, sim: Simulation) -> None:
        """A checkpoint, if one is due."""
        self.writer.check()
        if sim.t in self._due and not self.unsaved:
            self._checkpoint(sim)

    def finish(self, sim: Simulation) -> None:
        """Everything is written and the run is over."""
        for table in self._tables.values():
            table.finish()
        self.writer.close()
        checkpoints.prune(self.folder.checkpoints, sim.t)
        self._figures(sim)
        self.events.close()
        self._facts(sim, "finished")

    def stop(self, sim: Simulation | None, status: str, error: str) -> None:
        """Write what there is of a run that did not get to its end, as far as that still goes."""
        tables = list(self._tables.values()) if sim is not None else []
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
                self._table(sim, name).buffer.restore(part)

    def _checkpoint(self, sim: Simulation) -> None:
        for table in self._tables.values():
            table.checkpoint()
        self.writer.drain()
        self._figures(sim)
        state = {f"run.{k}": v for k, v in sim.state().items()}
        for name, table in self._tables.items():
            state |= {f"{name}.{k}": v for k, v in table.buffer.state().items()}
        state["reasons"] = np.array(self._reasons, dtype=np.str_)
        written = [name for table in self._tables.values() for name in table.written(sim.t)]
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
            write_text(self.folder.timings, json.dumps(self._timings(sim), indent=2) + "\n")
        manifest.update(self.folder, status=status, error=error, **done)

    def _timings(self, sim: Simulation) -> dict[str, Any]:
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


def _at(version: Any, which: Any) -> Any:
    """The version of some cases: one for all of them, or one each."""
    return version[which] if isinstance(version, np.ndarray) else version
