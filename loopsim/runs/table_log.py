"""One logged table while the run is under way: gathered in memory, written in segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from loopsim.governance.gone import Gone
from loopsim.runs import segments
from loopsim.runs.buffer import Buffer
from loopsim.runs.tables import Layout
from loopsim.runs.writer import Writer

SEGMENT = 500_000  # rows that are worth a file at the end of any round
SMALL = 50_000  # rows that are worth one at a checkpoint; fewer wait in the tail


class TableLog:
    """Gathers rows and hands full buffers to the writer.

    Where a segment ends depends on the rows and on the rounds of the checkpoints alone, so that a
    resumed run writes the same files.

    Parameters
    ----------
    folder : Path
        Where the segments go.
    layout : Predictions or Feedback
    writer : Writer
    """

    def __init__(self, folder: Path, layout: Layout, writer: Writer) -> None:
        self.folder, self.layout, self.writer = folder, layout, writer
        self.buffer = layout.buffer()
        self._spare: Queue[Buffer] = Queue()  # the writer has at most one: it sets the pace
        self._spare.put(layout.buffer())

    def append(
        self, size: int, columns: Mapping[str, Any], features: Any, constants: tuple[Any, ...]
    ) -> None:
        """Add one round's rows."""
        self.buffer.append(size, columns, features, constants)
        if self.buffer.rows >= SEGMENT:
            self.flush()

    def checkpoint(self) -> None:
        """Everything so far is to be on the disk, in a segment or in the tail."""
        if self.buffer.rows >= SMALL:
            self.flush()
        else:
            self.tail()

    def flush(self) -> None:
        """End the segment."""
        if self.buffer.rows:
            full, self.buffer = self.buffer, self._next()
            self.writer.submit(partial(self._write, full, "rounds", self._spare))

    def tail(self) -> None:
        """Write what does not fill a segment where it can be read, and keep it."""
        if self.buffer.rows:
            self.writer.submit(partial(self._write, self.buffer, "tail"))
            self.writer.drain()

    def drop(self, gone: Gone) -> Callable[[], None]:
        """Take rows out of what is gathered; the job that takes them out of the files."""
        self.buffer.drop(gone.rows(*self.layout.cases(self.buffer)))
        return partial(segments.erase, self.folder, self.layout, gone)

    def written(self, t: int) -> list[str]:
        """The segments of the rounds before t, as ``folder/name``."""
        listed = segments.listing(self.folder)
        return [f"{self.folder.name}/{path.name}" for _, last, path in listed if last < t]

    def finish(self) -> None:
        """The last segment; tails that an interrupted run left go."""
        self.flush()
        self.writer.drain()
        written = segments.listing(self.folder)
        segments.drop_tails(self.folder, written[-1][1] if written else -1)

    def _write(self, rows: Buffer, kind: str, give_back: Queue[Buffer] | None = None) -> None:
        when = rows.spans[:, 0]
        rounds = int(when[0]), int(when[-1])
        segments.write(self.folder, self.layout.arrow(rows), self.layout, rounds, kind)
        if give_back is not None:
            rows.clear()
            give_back.put(rows)

    def _next(self) -> Buffer:
        while True:
            try:
                return self._spare.get(timeout=0.5)
            except Empty:
                self.writer.check()  # after an error no buffer comes back
