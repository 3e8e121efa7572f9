"""Row-wise passes over many rows in parts, side by side on the processors.

Parts begin at the same rows whatever the number of threads, and a pass writes each row by itself,
so the bytes are the same too. A kernel releases Python's lock; that is what makes it worth while.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

PART = 1 << 18  # rows; a part takes about a millisecond, starting it a twentieth of that


def in_parts(rows: int, work: Callable[[slice], object], part: int | None = None) -> None:
    """Call `work` with slices that make up ``0 .. rows``, of `part` rows each (default: `PART`).

    >>> import numpy as np
    >>> x = np.arange(5)
    >>> in_parts(5, lambda at: np.multiply(x[at], 2, out=x[at]))
    >>> x
    array([0, 2, 4, 6, 8])
    """
    size = PART if part is None else part
    parts = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
    if len(parts) < 2 or threads() == 1:
        for at in parts:
            work(at)
    else:
        for _ in _pool(os.getpid()).map(work, parts):
            pass


def threads() -> int:
    """Processors that this process may use: ``LOOPSIM_THREADS``, or all that it is allowed."""
    given = os.environ.get("LOOPSIM_THREADS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def one_thread() -> None:
    """For a worker process: the others have the other processors."""
    os.environ["LOOPSIM_THREADS"] = "1"


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """The threads of this process; a forked one needs its own."""
    return ThreadPoolExecutor(threads(), thread_name_prefix="loopsim")
