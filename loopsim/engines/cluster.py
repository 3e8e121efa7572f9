"""A Dask cluster: the scheduler that somebody started, and whatever workers it has."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import Any

from loopsim import registry
from loopsim.engines.base import Failed, Job, Outcome, faults, perform
from loopsim.engines.version import code_version
from loopsim.errors import EngineError, InputError
from loopsim.parts import one_thread
from loopsim.scenario import Scenario

AHEAD = 2  # jobs that a worker has at a time: one that it does, one that waits for it
LOOK = 2.0  # seconds between looks at who is there


class Cluster:
    """Does jobs on the workers of a Dask scheduler, one at a time in each.

    Workers may come, go and be killed, and the scheduler may be started anew at its address: what
    they had not told yet is done again, and nothing is told twice.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``"tcp://10.0.0.5:8786"``.
    patience : float
        Seconds to wait for a scheduler that was lost.

    Raises
    ------
    InputError
        If nobody answers there, or Dask is not installed.
    """

    def __init__(self, address: str, patience: float = 600.0) -> None:
        self.address, self.patience = address, patience
        self._client: Any = None

    def __enter__(self) -> Cluster:
        try:
            self._client = self._connected(min(10.0, self.patience))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self.address}: no Dask scheduler answers there ({_first_line(error)}); one is "
                "started by: dask scheduler"
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def stream(self, jobs: Iterable[Job], scenario: Scenario | None = None) -> Iterator[Outcome]:
        """See `loopsim.engines.base.Engine`."""
        if self._client is None:
            with self:
                yield from self.stream(jobs, scenario)
            return
        if scenario is not None:
            self._check(scenario)
        yield from _Stream(self, iter(jobs)).outcomes()

    def _check(self, scenario: Scenario) -> None:
        self._wait_for_workers()
        (said,) = _Stream(self, iter([Job(-1, faults, scenario.as_dict())])).outcomes()
        unknown = said.text if isinstance(said, Failed) else said.result
        if unknown:
            raise InputError(
                f"the workers of {self.address} cannot run this scenario: {unknown}\nThey need the "
                "same packages, and to see the same files under the same paths"
            )

    def _wait_for_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=self.patience)
        except TimeoutError:
            raise EngineError(
                f"{self.address}: the scheduler has had no worker for {self.patience:.0f} s; "
                f"one is started by: dask worker {self.address} --nthreads 1"
            ) from None

    def _connected(self, timeout: float) -> Any:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                f"{self.address}: a cluster needs Dask: pip install 'loopsim-lab[cluster]'"
            ) from None
        return Client(self.address, timeout=timeout, set_as_default=False)

    def _leave(self) -> None:
        if self._client is not None:
            with suppress(Exception):  # there may be nobody left to say goodbye to
                self._client.close(timeout=2.0)
            self._client = None

    def submit(self, job: Job) -> Any:
        """Send a job; returns its future."""
        allowed = registry.allowed_code()
        return self._client.submit(_there, job, code_version(), allowed, pure=False)

    def gather(self, futures: list[Any]) -> list[Any]:
        """What finished futures hold; of one that nobody has any more, None."""
        try:
            return list(self._client.gather(futures, errors="raise"))
        except Exception:
            return [_held(future) for future in futures]

    def room(self) -> int:
        """Jobs that the workers can have at a time."""
        try:
            return AHEAD * max(1, len(self._client.nthreads()))
        except Exception:
            return AHEAD

    def alive(self) -> bool:
        """Whether the scheduler is there."""
        return self._client is not None and self._client.status == "running"

    def revive(self) -> None:
        """Wait for a scheduler at the address; EngineError if none comes in time."""
        self._leave()
        end = monotonic() + self.patience
        while monotonic() < end:
            with suppress(OSError):
                self._client = self._connected(5.0)
                return
            sleep(0.5)
        raise EngineError(
            f"{self.address}: the scheduler has not been there for {self.patience:.0f} s; what was "
            "finished is kept if it is a study's"
        )


class _Stream:
    """Jobs on their way to the workers and back."""

    def __init__(self, cluster: Cluster, jobs: Iterator[Job]) -> None:
        self.cluster, self.jobs = cluster, jobs
        self.again: deque[Job] = deque()
        self.pending: dict[str, tuple[Any, Job]] = {}
        self.ended: SimpleQueue[Any] = SimpleQueue()
        self.room, self.looked = 0, -LOOK

    def outcomes(self) -> Iterator[Outcome]:
        """As they come."""
        try:
            while self._fill():
                yield from self._take(self._ended())
                if not self.cluster.alive():
                    self._start_over()
        finally:
            for future, _ in self.pending.values():
                with suppress(Exception):
                    future.cancel()

    def _fill(self) -> bool:
        """Give the workers what they have room for; False once there is nothing left."""
        if monotonic() - self.looked > LOOK:
            self.room, self.looked = self.cluster.room(), monotonic()
        while len(self.pending) < self.room:
            job = self.again.popleft() if self.again else next(self.jobs, None)
            if job is None:
                break
            future = self.cluster.submit(job)
            self.pending[future.key] = future, job
            future.add_done_callback(self.ended.put)
        return bool(self.pending)

    def _ended(self) -> list[Any]:
        """Futures that have ended, of those that still count; waits a little for the first."""
        found = []
        with suppress(Empty):
            found.append(self.ended.get(timeout=LOOK))
            while True:
                found.append(self.ended.get_nowait())
        return [future for future in found if future.key in self.pending]

    def _take(self, ended: list[Any]) -> Iterator[Outcome]:
        finished = [future for future in ended if future.status == "finished"]
        for future, said in zip(finished, self.cluster.gather(finished), strict=True):
            _, job = self.pending.pop(future.key)
            if isinstance(said, _Stranger):
                raise EngineError(said.told())
            if said is None:
                self.again.append(job)
            else:
                yield said
        for future in ended:
            if future.key in self.pending:
                yield from self._lost(future)

    def _lost(self, future: Any) -> Iterator[Outcome]:
        """A job that nobody did: its worker died too often, or the scheduler is gone."""
        _, job = self.pending.pop(future.key)
        if future.status == "error":
            why = f"the workers that had it died: {_first_line(future.exception())}"
            yield Failed(job.number, EngineError, why)
        else:
            self.again.append(job)

    def _start_over(self) -> None:
        """A new scheduler knows nothing of what the last one had."""
        self.again.extend(job for _, job in self.pending.values())
        self.pending.clear()
        self.cluster.revive()
        self.looked = -LOOK


class _Stranger:
    """A worker with other code: its digits would be others."""

    def __init__(self, version: str) -> None:
        self.host, self.version = socket.gethostname(), version

    def told(self) -> str:
        return (
            f"a worker on {self.host} has other code than this process (version "
            f"{self.version[:12]}, here {code_version()[:12]}): loopsim, Python and the libraries "
            "must be the same everywhere, or results would not be"
        )


_ONE = threading.Lock()


def _there(job: Job, version: str, allowed: tuple[Path, ...]) -> Outcome | _Stranger:
    """On a worker: do a job. One at a time, whatever the worker's threads: memory is for one."""
    mine = code_version()
    if mine != version:
        return _Stranger(mine)
    with _ONE:
        one_thread()
        registry.allow_code(allowed)
        return perform(job)


def _held(future: Any) -> Any:
    """What a future holds, if that is still to be had."""
    try:
        return future.result(timeout=LOOK)
    except Exception:
        return None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
