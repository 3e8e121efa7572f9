"""Shards as processes of this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from loopsim.parts import threads
from loopsim.shards.shard import Job, live

_PATIENCE = 10.0  # seconds for a shard to write what it has once the centre is gone


class PipeChannel:
    """One end of a pipe between processes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, message: bytes) -> None:
        """See `Channel`."""
        self._connection.send_bytes(message)

    def receive(self) -> bytes:
        """See `Channel`."""
        return self._connection.recv_bytes()

    def close(self) -> None:
        """See `Channel`."""
        self._connection.close()


@contextmanager
def processes(jobs: Sequence[Job]) -> Iterator[list[PipeChannel]]:
    """See `loopsim.shards.engines`. They share the processors of this machine."""
    # Spawned, not forked: a forked process may hold a lock of a thread that it does not have.
    context, each = get_context("spawn"), max(1, threads() // len(jobs))
    channels, running = [], []
    try:
        for job in jobs:
            ours, theirs = context.Pipe()
            process = context.Process(target=_live, args=(job, theirs, each), daemon=True)
            process.start()
            theirs.close()  # so that its end is noticed
            channels.append(PipeChannel(ours))
            running.append(process)
        yield channels
    finally:
        for channel in channels:
            channel.close()
        for process in running:
            process.join(_PATIENCE)
            if process.is_alive():
                process.terminate()


def _live(job: Job, connection: Connection, processors: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the centre is told, and ends this one
    os.environ["LOOPSIM_THREADS"] = str(processors)
    live(job, PipeChannel(connection))
