"""Worker processes: they know what this process knows, and an error of theirs is told here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from loopsim import registry
from loopsim.errors import InputError, LoopsimError, ScenarioError
from loopsim.parts import one_thread
from loopsim.scenario import Scenario

T = TypeVar("T")
R = TypeVar("R")
Plain = dict[str, Any]


@dataclass(frozen=True)
class Failed:
    """A loopsim error on its way between processes: pickle cannot make most of them anew."""

    kind: type[LoopsimError]
    text: str
    facts: dict[str, Any]

    def again(self) -> LoopsimError:
        """The error, as it was raised."""
        error = self.kind.__new__(self.kind, self.text)
        error.__dict__.update(self.facts)
        return error


def run(work: Callable[[T], R], tasks: Sequence[T], scenario: Scenario, workers: int) -> list[R]:
    """``[work(task) for task in tasks]`` in so many processes; they may run the same user's files.

    Tasks hold plain values, no settings: a class that only this process knows cannot be sent.

    Raises
    ------
    InputError
        If the processes do not know a kind that `scenario` names; nothing has run.
    """
    if workers == 1:
        return [work(task) for task in tasks]
    with _pool(workers) as pool:
        unknown = pool.submit(_faults, scenario.as_dict()).result()
        if unknown:
            raise InputError(
                f"worker processes do not know all that this one does: {unknown}\nregistry.add is "
                "for one process: call it in the imported part of the script (above if __name__ == "
                '"__main__"), make the kind an entry point of a package, or set workers = 1'
            )
        return [_made(result) for result in pool.map(partial(_safely, work), tasks)]


def processes(asked: int | None, tasks: int) -> int:
    """How many processes so many tasks are worth; by default all that there are."""
    return max(1, min(asked or os.cpu_count() or 1, tasks))


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    # Spawned, not forked: a forked process may hold a lock of a thread that it does not have.
    allowed = registry.allowed_code()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _prepare, (allowed,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(allowed: tuple[Path, ...]) -> None:
    one_thread()
    registry.allow_code(allowed)


def _faults(plain: Plain) -> str:
    """What is wrong with a scenario in this process, which is sound in the one that sent it."""
    try:
        Scenario.parse(plain)
    except ScenarioError as error:
        return str(error)
    return ""


def _safely(work: Callable[[T], R], task: T) -> R | Failed:
    try:
        return work(task)
    except LoopsimError as error:
        return Failed(type(error), str(error), vars(error))


def _made(result: R | Failed) -> R:
    if isinstance(result, Failed):
        raise result.again()
    return result
