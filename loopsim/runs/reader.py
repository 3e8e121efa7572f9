"""Run: a finished or interrupted run, opened."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import RunFolderError
from loopsim.runs import events, manifest, metrics_file, segments
from loopsim.runs.folder import Folder
from loopsim.runs.lock import holder
from loopsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from loopsim.models.base import Model
    from loopsim.runs.lineage import Lineage
    from loopsim.simulation import Simulation

_BASE = {
    "predictions": ("prediction_id", "round", "version", "id", "group", "score", "action"),
    "feedback": ("prediction_id", "label", "opened", "revealed", "kind"),
    "reviews": (
        "prediction_id",
        "round",
        "version",
        "stage",
        "reviewer",
        "advised",
        "action",
        "reason",
        "final",
        "cued",
        "waited",
        "minutes",
    ),
}


class Run:
    """What a run has left. Opening it executes nothing that lies in its folder.

    Made by `loopsim.run`, `loopsim.resume` and `loopsim.open`.

    Attributes
    ----------
    folder : Path or None
        None if the run was kept in memory only.
    manifest : dict
        Versions of the software, seed, scenario hash, machine, status, error.
    simulation : Simulation or None
        Of a run in memory.
    """

    def __init__(
        self, place: Folder | None, manifest: dict[str, Any], simulation: Simulation | None = None
    ) -> None:
        self._place, self.manifest, self.simulation = place, manifest, simulation
        self.folder = None if place is None else place.path

    @classmethod
    def opened(cls, place: Folder) -> Run:
        """The run in a folder; RunFolderError if there is none."""
        return cls(place, manifest.read(place))

    @classmethod
    def in_memory(cls, simulation: Simulation) -> Run:
        """A run of which nothing was written."""
        return cls(None, {"status": "finished", "error": None, **_counts(simulation)}, simulation)

    def __repr__(self) -> str:
        return f"<Run {self.folder or 'in memory'}: {self.status}>"

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario, as resolved when the run was started."""
        if self.simulation is not None:
            return self.simulation.plan
        return Scenario.load(self._folder().scenario)

    @property
    def status(self) -> str:
        """running, finished, failed or interrupted (also when the process was killed)."""
        status: str = self.manifest["status"]
        killed = status == "running" and self._place and holder(self._place.lock) is None
        return "interrupted" if killed else status

    def predictions(self, columns: Iterable[str] | None = None, *, arrow: bool = False) -> Any:
        """One row a decision, as a DataFrame or a `pyarrow.Table`; see `loopsim.runs.tables`."""
        return self._table("predictions", "round", columns, arrow)

    def feedback(self, columns: Iterable[str] | None = None, *, arrow: bool = False) -> Any:
        """One row a label that became known; joins with the predictions by ``prediction_id``."""
        return self._table("feedback", "revealed", columns, arrow)

    def reviews(self, columns: Iterable[str] | None = None, *, arrow: bool = False) -> Any:
        """One row a look at a prediction; joins with the predictions by ``prediction_id``."""
        return self._table("reviews", "round", columns, arrow)

    def metrics(self, *, arrow: bool = False) -> Any:
        """Both ledgers: columns round, ledger, metric, group, value."""
        if self.simulation is not None:
            import pyarrow as pa

            frame = self.simulation.series.frame()
            return pa.Table.from_pandas(frame, preserve_index=False) if arrow else frame
        table = metrics_file.read(self._folder().metrics)
        return table if arrow else table.to_pandas()

    def events(self) -> pd.DataFrame:
        """What happened: columns round, kind, version, reason, rows and so on."""
        import pandas as pd

        return pd.DataFrame(self._events(), columns=None if self._events() else ["round", "kind"])

    def versions(self) -> pd.DataFrame:
        """The line of models: columns version, round, rows, reason."""
        import pandas as pd

        columns = ["version", "round", "rows", "reason"]
        made = [event for event in self._events() if event["kind"] == "retrained"]
        return pd.DataFrame(made, columns=columns)

    def lineage(self) -> Lineage:
        """Where every version came from, and what any one decision depended on."""
        from loopsim.runs.lineage import Lineage

        return Lineage.of(self)

    def model(self, version: int) -> Model:
        """A model version, built from the scenario's settings and loaded safely."""
        if self.simulation is not None:
            return self.simulation.versions[version - 1].model
        file = self._folder().model(version)
        if not file.is_file():
            have = sorted(path.stem for path in file.parent.glob("version-*.skops"))
            raise RunFolderError(f"{file}: no such version; there are {', '.join(have) or 'none'}")
        from loopsim.models import blindfold

        world = self.scenario.environment.build(self.scenario.strengths())
        governance = self.scenario.governance
        hidden = () if governance is None else governance.sensitive
        return blindfold.build(self.scenario.model, world.schema, hidden).load(file)

    def metric(self, ledger: str, name: str, group: str = "all") -> NDArray[np.float64]:
        """(rounds,) one figure over rounds; KeyError names what there is."""
        if self.simulation is not None:
            return self.simulation.series.values(ledger, name, group)
        frame = self._metrics
        for column, value in (("ledger", ledger), ("metric", name), ("group", group)):
            have = frame[column].unique()
            frame = frame[frame[column] == value]
            if frame.empty:
                raise KeyError(f"no {column} {value!r}; there are {', '.join(sorted(have))}")
        return frame["value"].to_numpy()

    def summary(self, window: int | None = None) -> dict[str, Any]:
        """The final figures of both ledgers and what the run was; see `loopsim.runs.summary`."""
        from loopsim.runs.summary import summary

        return summary(self, window)

    @cached_property
    def _metrics(self) -> pd.DataFrame:
        frame: pd.DataFrame = self.metrics()
        return frame

    def _events(self) -> list[dict[str, Any]]:
        if self.simulation is not None:
            return self.simulation.events
        return events.read(self._folder().events)

    def _folder(self) -> Folder:
        if self._place is None:
            raise RunFolderError("this run was kept in memory only; give `out=` to keep its log")
        return self._place

    def _table(self, name: str, when: str, columns: Iterable[str] | None, arrow: bool) -> Any:
        import pyarrow as pa

        table = segments.read(getattr(self._folder(), name), when, columns)
        if table is None:
            table = pa.table({column: pa.array([]) for column in columns or _BASE[name]})
        return table if arrow else segments.frame(table)


def _counts(sim: Simulation) -> dict[str, Any]:
    return {
        "name": sim.plan.name,
        "seed": sim.plan.seed,
        "rounds": sim.plan.rounds,
        "rounds_done": sim.t,
        "decisions": sim.decisions,
        "versions": len(sim.versions),
        "scenario_hash": sim.plan.hash,
    }


def open(folder: str | Path) -> Run:
    """Open the run in a folder, finished or not.

    Raises
    ------
    RunFolderError
        If there is no run in it (saying what is missing), or one of another format.
    """
    return Run.opened(Folder(Path(folder)))
