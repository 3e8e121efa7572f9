"""Run many experiments side by side, each in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from loopsim.errors import LoopsimError
from loopsim.experiment.form import load
from loopsim.experiment.reference import committed
from loopsim.experiment.running import Result, run
from loopsim.experiment.trial import alone
from loopsim.parts import one_thread


@dataclass(frozen=True)
class Broken:
    """An experiment that did not end, and why."""

    name: str
    error: str


def run_all(
    names: Sequence[str],
    workers: int | None = None,
    write: bool = False,
    tell: Callable[[Result | Broken], object] = lambda done: None,
) -> list[Result | Broken]:
    """Run experiments in worker processes, the longest first; results are in the order of `names`.

    Parameters
    ----------
    names : as in `run`; all files are checked before one runs
    workers : processes, by default all processors
    write : replace what is committed
    tell : called with every result as it comes
    """
    for name in names:
        load(name)
    done: dict[str, Result | Broken] = {}
    count = max(1, min(workers or os.cpu_count() or 1, len(names)))
    # A process an experiment: kinds that one makes known are not there for the next.
    pool = ProcessPoolExecutor(count, get_context("spawn"), _prepare, max_tasks_per_child=1)
    with pool:
        waiting = {pool.submit(partial(_safely, write), name): name for name in longest(names)}
        for future in as_completed(waiting):
            done[waiting[future]] = future.result()
            tell(done[waiting[future]])
    return [done[name] for name in names]


def longest(names: Sequence[str]) -> list[str]:
    """By the seconds that they took when they were committed; unknown ones first."""
    took = {name: committed(name).seconds for name in names}
    return sorted(names, key=lambda name: -(took[name] or float("inf")))


def _prepare() -> None:
    one_thread()
    alone()


def _safely(write: bool, name: str) -> Result | Broken:
    """An error of one experiment must not end the others."""
    try:
        return run(name, write=write)
    except LoopsimError as error:
        return Broken(name, str(error))
    except Exception as error:
        return Broken(name, f"{type(error).__name__}: {error}")
