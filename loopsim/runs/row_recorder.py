"""The row recorder: the observer that logs predictions, labels and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.draws import Stream
from loopsim.environments.base import form
from loopsim.feedback import LabelBatch
from loopsim.governance.gone import Gone
from loopsim.oversight.base import STAGES, Reviews
from loopsim.runs import checkpoints
from loopsim.runs.folder import Folder
from loopsim.runs.table_log import TableLog
from loopsim.runs.tables import Feedback, Layout, Predictions
from loopsim.runs.tables import Reviews as ReviewTable
from loopsim.runs.writer import Writer
from loopsim.scenario import Scenario

if TYPE_CHECKING:
    from loopsim.simulation import Simulation

_ENTITY = (1 << ENTITY_BITS) - 1


class RowRecorder:
    """Writes the rows of cases, as far as the scenario's ``log`` section wants them.

    Parameters
    ----------
    folder : Folder
    scenario : Scenario
    """

    def __init__(self, folder: Folder, scenario: Scenario) -> None:
        self.folder, self.log = folder, scenario.log
        self.writer = Writer()
        self.due = checkpoints.rounds(scenario.log.checkpoint, scenario.rounds)
        self.tables: dict[str, TableLog] = {}
        self._reasons: tuple[str, ...] = ()

    def on_labels(self, sim: Simulation, t: int, batch: LabelBatch) -> None:
        """Labels became known."""
        if self.log.level == "off":
            return
        names = ("prediction_id", "label", "opened", "kind")
        columns: dict[str, Any] = {name: getattr(batch, name) for name in names}
        kept = self._kept(sim, batch.prediction_id & _ENTITY)
        if kept is not None:
            columns = {name: values[kept] for name, values in columns.items()}
        self.table(sim, "feedback").append(columns["label"].size, columns, None, (t,))

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
        self.table(sim, "reviews").append(columns["action"].size, columns, None, constants)

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
        if "group" in sim.office.hidden:
            del columns["group"]
        features, version = sim.office.left(cases.features), cases.version
        kept = self._kept(sim, cases.ids)
        if kept is not None:
            columns = {name: values[kept] for name, values in columns.items()}
            features = features[kept] if self.log.features else None
            version = _at(version, kept)
        constants = (t, version)
        self.table(sim, "predictions").append(columns["id"].size, columns, features, constants)

    def on_gone(self, sim: Simulation, t: int, gone: Gone) -> None:
        """Rows are erased: labels and reviews first, so that none is ever without a prediction."""
        names = [n for n in ("feedback", "reviews", "predictions") if n in self.tables]
        for job in [self.tables[name].drop(gone) for name in names]:
            self.writer.submit(job)

    def _kept(self, sim: Simulation, ids: Any) -> Any:
        """Positions of the entities whose rows are kept (always the same ones), None for all."""
        if self.log.level == "full":
            return None
        return np.flatnonzero(sim.draws.uniform(Stream.LOG, -1, ids) < self.log.share)

    def table(self, sim: Simulation, name: str) -> TableLog:
        """A logged table, by name."""
        if name not in self.tables:
            layout = self.layout(sim, name)
            self.tables[name] = TableLog(getattr(self.folder, name), layout, self.writer)
        return self.tables[name]

    def layout(self, sim: Simulation, name: str) -> Layout:
        """Its columns."""
        if name == "feedback":
            return Feedback(sim.kinds, form(sim.world) == "value")
        return ReviewTable(STAGES, self._reasons) if name == "reviews" else self._predictions(sim)

    def _predictions(self, sim: Simulation) -> Predictions:
        schema, hidden = sim.office.schema, "group" in sim.office.hidden
        groups = None if hidden else sim.world.groups
        seen = schema if self.log.features else type(schema)(())
        slates = form(sim.world) == "slate"
        return Predictions(groups, seen, sim.losses is not None, slates)

    def checkpoint_rows(self) -> None:
        """All rows so far are on the disk when this returns."""
        for table in self.tables.values():
            table.checkpoint()
        self.writer.drain()

    def finish_rows(self) -> None:
        """The last segments."""
        for table in self.tables.values():
            table.finish()
        self.writer.close()


def _at(version: Any, which: Any) -> Any:
    """The version of some cases: one for all of them, or one each."""
    return version[which] if isinstance(version, np.ndarray) else version
