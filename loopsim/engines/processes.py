"""Processes of this machine, each doing one run at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from loopsim import registry
from loopsim.engines.base import Done, Failed, Job, Outcome, faults
from loopsim.engines.worker import READY, serve
from loopsim.errors import EngineError, InputError
from loopsim.scenario import Scenario

TRIES = 3  # of a job whose process dies under it
UNKNOWN = (
    "worker processes do not know all that this one does: {}\nregistry.add is for one process: "
    'call it in the imported part of the script (above if __name__ == "__main__"), make the kind '
    "an entry point of a package, or set workers = 1"
)
NO_START = (
    "a worker process ended before it could begin (exit code {}). A script that starts some needs "
    'if __name__ == "__main__": around what it does; what else went wrong stands above'
)


class Processes:
    """Does jobs in processes of this machine. Use it as a context to keep them between streams.

    Parameters
    ----------
    workers : int, optional
        How many; by default one for every processor.
    recycle : int
        Runs after which a process is replaced, so that what leaks cannot add up.
    memory : int, optional
        Bytes of memory of its own that a process may take; a run that asks for more fails, alone.
    """

    def __init__(
        self, workers: int | None = None, recycle: int = 1000, memory: int | None = None
    ) -> None:
        for name, value in {"workers": workers, "recycle": recycle, "memory": memory}.items():
            if value is not None and value < 1:
                raise InputError(f"{name} = {value}: must be at least 1")
        self.workers = workers or os.cpu_count() or 1
        self.recycle, self.memory = recycle, memory
        self._idle: list[_Worker] = []
        self._kept = False

    def __enter__(self) -> Processes:
        self._kept = True
        return self

    def __exit__(self, *_: object) -> None:
        self._kept = False
        self._dismiss(self._idle)
        self._idle = []

    def stream(self, jobs: Iterable[Job], scenario: Scenario | None = None) -> Iterator[Outcome]:
        """See `loopsim.engines.base.Engine`."""
        coming = iter(jobs)
        first = list(islice(coming, self.workers))
        team = self._idle[: len(first)]
        self._idle = self._idle[len(first) :]
        try:
            team += [self._start() for _ in range(len(first) - len(team))]
            if team and scenario is not None:
                _check(team[0], scenario)
            yield from self._serve(team, first, coming)
        except BaseException:
            self._dismiss(team, at_once=True)
            raise
        if self._kept:
            self._idle += team
        else:
            self._dismiss(team)

    def _serve(
        self, team: list[_Worker], first: list[Job], coming: Iterator[Job]
    ) -> Iterator[Outcome]:
        for worker, job in zip(team, first, strict=True):
            worker.give(job)
        while busy := {worker.pipe: worker for worker in team if worker.job is not None}:
            for pipe in wait(list(busy)):
                worker = busy[pipe]  # type: ignore[index]
                outcome = worker.outcome()
                if worker.gone:
                    lost, worker = worker, self._instead(team, worker)
                    outcome = _again(worker, lost)
                if outcome is None:
                    continue
                following = next(coming, None)
                if following is not None:
                    if worker.done >= self.recycle:
                        worker = self._instead(team, worker)
                    worker.give(following)
                yield outcome

    def _instead(self, team: list[_Worker], worker: _Worker) -> _Worker:
        """A fresh process in the place of one that is gone or has done enough."""
        team[team.index(worker)] = fresh = self._start()
        worker.end()
        return fresh

    def _start(self) -> _Worker:
        # Spawned, not forked: a forked process may hold a lock of a thread that it does not have.
        ours, theirs = get_context("spawn").Pipe()
        allowed = registry.allowed_code()
        process = get_context("spawn").Process(
            target=serve, args=(theirs, allowed, self.memory), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _dismiss(self, team: list[_Worker], at_once: bool = False) -> None:
        for worker in team:
            worker.pipe.close()
        for worker in team:
            if at_once:
                worker.process.kill()
            worker.end()


@dataclass(eq=False)
class _Worker:
    """The near end of a worker process."""

    process: Any
    pipe: Connection
    job: Job | None = None
    tries: int = 0
    done: int = 0
    begun: bool = False
    gone: bool = False

    def give(self, job: Job, tries: int = 0) -> None:
        """Send a job; if the process is gone already, `outcome` finds out."""
        self.job, self.tries = job, tries
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send((registry.allowed_code(), job))

    def outcome(self) -> Outcome | None:
        """What its pipe says: an outcome, or None if it has just begun or is gone."""
        try:
            said = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.gone = True
            self.process.join()
            if not self.begun:
                raise EngineError(NO_START.format(self.process.exitcode)) from None
            return None
        if isinstance(said, str) and said == READY:
            self.begun = True
            return None
        self.job, self.done = None, self.done + 1
        return said  # type: ignore[no-any-return]

    def end(self) -> None:
        """Wait until the process is gone."""
        self.pipe.close()
        self.process.join()


def _again(fresh: _Worker, lost: _Worker) -> Failed | None:
    """Give the job of a dead process to a fresh one; after some tries it has failed."""
    job, tries = lost.job, lost.tries + 1
    assert job is not None, "only busy workers are listened to"
    if tries < TRIES:
        fresh.give(job, tries)
        return None
    code = lost.process.exitcode
    why = " (out of memory?)" if code == -9 else ""
    return Failed(job.number, EngineError, f"its process died {tries} times, exit code {code}{why}")


def _check(worker: _Worker, scenario: Scenario) -> None:
    worker.give(Job(-1, faults, scenario.as_dict()))
    while (said := worker.outcome()) is None:
        if worker.gone:
            raise EngineError(NO_START.format(worker.process.exitcode))
    unknown = said.result if isinstance(said, Done) else said.text
    if unknown:
        raise InputError(UNKNOWN.format(unknown))
