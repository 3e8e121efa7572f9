"""Progress on standard error: the line of a run, and the steps of what has no rounds."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar


class Progress:
    """An observer of a simulation that draws on standard error."""

    def __init__(self, rounds: int) -> None:
        self.bar = Bar(
            TextColumn("round"),
            MofNCompleteColumn(),
            BarColumn(24),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            transient=True,
        )
        self.task = self.bar.add_task("", total=rounds, speed="")
        self.start: float | None = None
        self.before = 0

    def __enter__(self) -> Progress:
        self.bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.bar.stop()

    def say(self, text: str) -> None:
        """Show what is going on."""
        self.bar.update(self.task, description=text)

    def on_event(self, sim: Any, event: dict[str, Any]) -> None:
        """The latest event stays until the next."""
        self.say(f"v{event['version']} {event['kind']}: {str(event.get('reason', ''))[:48]}")

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """One round further. The speed leaves out the first round, in which code is compiled."""
        if self.start is None:
            self.start, self.before = perf_counter(), sim.decisions
        spent = perf_counter() - self.start
        made = sim.decisions - self.before
        speed = f"{made / spent / 1e6:.2f} M decisions/s" if made and spent > 0 else ""
        self.bar.update(self.task, completed=t + 1, speed=speed)


class Steps:
    """What is being done, a line a step with the seconds that it took."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.status = self.console.status("")
        self.step, self.start = "", perf_counter()

    def __enter__(self) -> Steps:
        self.status.start()
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None:
            self._done()
        self.status.stop()

    def say(self, step: str) -> None:
        """The step before is done, and this one begins."""
        self._done()
        self.step, self.start = step, perf_counter()
        self.status.update(f"{step} ...")

    def _done(self) -> None:
        if self.step:
            spent = perf_counter() - self.start
            self.console.print(f"{spent:6.1f} s  {self.step}", soft_wrap=True, markup=False)
