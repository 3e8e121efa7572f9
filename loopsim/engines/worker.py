"""A worker process: it takes one job after another from a pipe, and sends back what came of it."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path

from loopsim import registry
from loopsim.engines.base import Failed, Job, Outcome, perform
from loopsim.parts import one_thread

READY = "ready"


def serve(pipe: Connection, allowed: tuple[Path, ...], memory: int | None) -> None:
    """Until the pipe closes, whether its other end closed it or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gave the work
    one_thread()
    if memory is not None:
        _limit(memory)
    try:
        pipe.send(READY)
        while True:
            known, job = pipe.recv()
            _answer(pipe, job, (*allowed, *known))
    except (EOFError, OSError):
        return


def _answer(pipe: Connection, job: Job, allowed: Iterable[Path]) -> None:
    registry.allow_code(allowed)
    outcome: Outcome = perform(job)
    try:
        pipe.send(outcome)
    except (EOFError, OSError):
        raise
    except Exception as error:  # it found something that cannot be pickled
        pipe.send(Failed.of(job.number, error))


def _limit(memory: int) -> None:
    """More memory than this raises MemoryError in the run that asks for it (Linux 4.7 or newer)."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.RLIM_INFINITY))
