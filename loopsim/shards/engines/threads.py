"""Shards as threads of this process: nothing is gained by it but a look at what crosses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread

from loopsim.shards.shard import Job, live


class QueueChannel:
    """One end of a pair of queues."""

    def __init__(self, out: SimpleQueue[bytes | None], into: SimpleQueue[bytes | None]) -> None:
        self._out, self._in = out, into

    def send(self, message: bytes) -> None:
        """See `Channel`."""
        self._out.put(message)

    def receive(self) -> bytes:
        """See `Channel`."""
        message = self._in.get()
        if message is None:
            self._in.put(None)  # for whoever asks again
            raise EOFError
        return message

    def close(self) -> None:
        """See `Channel`."""
        self._out.put(None)


def pair() -> tuple[QueueChannel, QueueChannel]:
    """Two ends that hear each other."""
    one: SimpleQueue[bytes | None] = SimpleQueue()
    other: SimpleQueue[bytes | None] = SimpleQueue()
    return QueueChannel(one, other), QueueChannel(other, one)


@contextmanager
def threads(jobs: Sequence[Job]) -> Iterator[list[QueueChannel]]:
    """See `loopsim.shards.engines`."""
    pairs = [pair() for _ in jobs]
    running = [
        Thread(target=live, args=(job, theirs), name=f"loopsim-shard-{i + 1}", daemon=True)
        for i, (job, (_, theirs)) in enumerate(zip(jobs, pairs, strict=True))
    ]
    for thread in running:
        thread.start()
    try:
        yield [ours for ours, _ in pairs]
    finally:
        for ours, _ in pairs:
            ours.close()
        for thread in running:
            thread.join()
