"""The recorder of a split run: the centre's, which has everything but the rows of people."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loopsim.runs.recorder import Recorder
from loopsim.runs.table_log import SMALL
from loopsim.shards.put_together import Rounds

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


class CentreRecorder(Recorder):
    """Models, events and figures as they come; predictions and labels when the shards are done.

    The segments are those of a run in one piece, byte for byte. There are no checkpoints.
    """

    def on_labels(self, *_: Any) -> None:
        """The shards log them."""

    def on_round(self, *_: Any) -> None:
        """The shards log it."""

    def after_round(self, sim: Simulation) -> None:
        """No checkpoint: nobody is here."""
        self.writer.check()

    def finish(self, sim: Simulation) -> None:
        """The shards' rows become the run's."""
        sim.crossing.end()  # type: ignore[attr-defined]
        folders = sorted(self.folder.shards.iterdir()) if self.folder.shards.is_dir() else []
        if folders:
            self._put_together(sim, folders)
        super().finish(sim)
        shutil.rmtree(self.folder.shards, ignore_errors=True)

    def _put_together(self, sim: Simulation, folders: list[Path]) -> None:
        tables = {
            name: Rounds([folder / name for folder in folders], self.layout(sim, name))
            for name in ("feedback", "predictions")
        }
        for t in range(sim.t):
            for name, rounds in tables.items():
                for rows in rounds.of(t):
                    self.table(sim, name).append(*rows)
            if t + 1 in self.due and not self.unsaved:
                self._flush()

    def _flush(self) -> None:
        """What a checkpoint of a run in one piece does to its segments."""
        for table in self.tables.values():
            if table.buffer.rows >= SMALL:
                table.flush()

    def timings(self, sim: Simulation) -> dict[str, Any]:
        """With what crossed, and what each shard said of itself."""
        made = super().timings(sim)
        made["stretches"][-1]["crossed"] = sim.crossing.crossed
        made["stretches"][-1]["shards"] = sim.crossing.ends  # type: ignore[attr-defined]
        return made
