"""Shards as actors on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

from loopsim.errors import EngineError, InputError
from loopsim.shards.engines.threads import pair
from loopsim.shards.shard import Job, live


class ShardActor:
    """Holds one shard on a worker. It lives in a thread of its own; calls only pass messages."""

    def __init__(self, job: Job) -> None:
        self._ours, theirs = pair()
        Thread(target=live, args=(job, theirs), name="loopsim-shard", daemon=True).start()

    def next(self, answer: bytes | None) -> bytes | None:
        """Hand over the answer to the last message; the next one, None if there is no more."""
        if answer is not None:
            self._ours.send(answer)
        try:
            return self._ours.receive()
        except EOFError:
            return None

    def close(self) -> None:
        """The centre is gone."""
        self._ours.close()


class ActorChannel:
    """The centre's end: an answer and the next message are one call."""

    def __init__(self, actor: Any) -> None:
        self._actor, self._coming = actor, actor.next(None)

    def send(self, message: bytes) -> None:
        """See `Channel`."""
        self._coming = self._actor.next(message)

    def receive(self) -> bytes:
        """See `Channel`."""
        try:
            message: bytes | None = self._coming.result()
        except Exception as error:  # whatever the cluster says of a lost worker
            raise EOFError from error
        if message is None:
            raise EOFError
        return message

    def close(self) -> None:
        """See `Channel`."""
        self._actor.close()


def workers(address: str) -> int:
    """How many workers a cluster has."""
    with _client(address) as client:
        return len(_addresses(client, address))


@contextmanager
def on_cluster(address: str, jobs: Sequence[Job]) -> Iterator[list[ActorChannel]]:
    """See `loopsim.shards.engines`; shards are dealt out to the workers in turn."""
    with _client(address) as client:
        there = _addresses(client, address)
        futures = [
            client.submit(ShardActor, job, actor=True, pure=False, workers=[there[i % len(there)]])
            for i, job in enumerate(jobs)
        ]
        channels: list[ActorChannel] = []
        try:
            channels += [ActorChannel(future.result()) for future in futures]
            yield channels
        finally:
            for channel in channels:
                channel.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--cluster needs Dask: pip install loopsim-lab[cluster]") from None
    try:
        return Client(address, set_as_default=False, timeout=10)
    except (OSError, ValueError) as error:
        raise InputError(f"--cluster {address}: no scheduler answers: {error}") from error


def _addresses(client: Any, address: str) -> list[str]:
    there = sorted(client.scheduler_info(n_workers=-1)["workers"])
    if not there:
        raise EngineError(
            f"{address}: the cluster has no workers; start some (dask worker ADDRESS)"
        )
    return there
