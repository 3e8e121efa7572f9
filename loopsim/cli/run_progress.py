"""How many runs are done, how long the rest will take, and the answer so far; on standard error."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

if TYPE_CHECKING:
    from loopsim.engines import Outcome

FEWEST = 3  # runs before their pace says anything
EVERY = 10.0  # seconds between plain lines, where there is no terminal to draw on


class RunProgress:
    """A bar on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(20), console=self.console, transient=True
        )
        self.task = self.bar.add_task("runs", total=0)
        self.total = self.done = self.failed = self.fresh = 0
        self.start, self.spoke = perf_counter(), perf_counter()
        self.answer = ""

    def __enter__(self) -> RunProgress:
        if self.console.is_terminal:
            self.bar.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self.console.is_terminal:
            self.bar.stop()

    def expect(self, runs: int) -> None:
        """So many runs more."""
        if self.done == self.total:  # a pause for thought between batches is no run's time
            self.start, self.fresh = perf_counter(), 0
        self.total += runs

    def count(self, outcome: Outcome) -> None:
        """One run is over; one that a study had already took no time."""
        self.done += 1
        self.fresh += outcome.seconds > 0
        self.failed += hasattr(outcome, "trace")
        self._show()

    def say(self, answer: str) -> None:
        """What is known so far."""
        self.answer = answer

    def line(self) -> str:
        """What is shown.

        >>> progress = RunProgress()
        >>> progress.expect(3); progress.line()
        '0 of 3 runs'
        """
        failed = f", {self.failed} failed" if self.failed else ""
        left = self._left()
        wait = "" if left is None else f", {duration(left)} left"
        answer = f"; {self.answer}" if self.answer else ""
        return f"{self.done:,} of {self.total:,} runs{failed}{wait}{answer}"

    def _left(self) -> float | None:
        """Seconds that the rest will take, at the pace so far."""
        if self.fresh < FEWEST or self.done == self.total:
            return None
        return (perf_counter() - self.start) / self.fresh * (self.total - self.done)

    def _show(self) -> None:
        if self.console.is_terminal:
            self.bar.update(
                self.task, description=self.line(), completed=self.done, total=self.total
            )
        elif perf_counter() - self.spoke >= EVERY:
            self.spoke = perf_counter()
            self.console.print(self.line(), soft_wrap=True, markup=False)


def duration(seconds: float) -> str:
    """Shortly.

    >>> duration(8.2), duration(90), duration(5000)
    ('8 s', '1 min 30 s', '1 h 23 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
