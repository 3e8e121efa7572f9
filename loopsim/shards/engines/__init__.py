"""Where shards live: threads or processes here, or the workers of a Dask cluster.

An engine is a function from jobs to a context with one `Channel` a job: while it lasts, every job
runs (`loopsim.shards.shard.live`) at the other end of its channel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

Engine = Callable[[Sequence[Any]], AbstractContextManager[list[Any]]]
