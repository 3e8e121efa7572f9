"""One thread that writes beside the next round."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from threading import Thread
from time import perf_counter


class Writer:
    """Does jobs one after the other in a thread of its own.

    An error in a job is raised in the caller at its next call; the jobs after it are dropped.

    Attributes
    ----------
    seconds : float
        Spent in jobs so far.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._jobs: Queue[Callable[[], object] | None] = Queue()
        self._error: BaseException | None = None
        self._thread: Thread | None = None

    def submit(self, job: Callable[[], object]) -> None:
        """Do `job` when those before it are done."""
        self.check()
        if self._thread is None:
            self._thread = Thread(target=self._work, name="loopsim-writer", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def drain(self) -> None:
        """Wait until everything is on the disk."""
        self._jobs.join()
        self.check()

    def close(self) -> None:
        """Finish all jobs and end the thread; an error that nobody has seen yet is raised."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None
        self.check()

    def check(self) -> None:
        """Raise the error of a job, if there was one."""
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            start = perf_counter()
            try:
                if self._error is None:
                    job()
            except BaseException as error:
                self._error = error
            self.seconds += perf_counter() - start
            self._jobs.task_done()
        self._jobs.task_done()
