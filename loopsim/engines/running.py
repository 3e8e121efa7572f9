"""Do a list of tasks on whatever engine was asked for, and give back what they found in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from loopsim.engines.base import Done, Engine, Failed, Job
from loopsim.engines.serial import Serial
from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.scenario import Scenario

T = TypeVar("T")
R = TypeVar("R")
NAMES = ("serial", "processes")


def run(
    work: Callable[[T], R],
    tasks: Sequence[T],
    scenario: Scenario,
    workers: int | None = None,
    engine: Engine | str | None = None,
    what: str = "",
) -> list[R]:
    """``[work(task) for task in tasks]``, wherever the engine does it.

    Parameters
    ----------
    work : function of a module
    tasks : plain values
    scenario : Scenario
        One whose kinds all who do the work must know.
    workers, engine :
        See `engine_of`. A study keeps what is found if it is a DataFrame, and `tasks` are tuples
        whose first part is the scenario, as plain values.
    what : str
        What kind of runs these are; a study keeps each kind by itself.

    Raises
    ------
    LoopsimError
        The first that a run raised. A study does the other runs before.
    """
    found: dict[int, R] = {}
    failed: list[Failed] = []
    jobs = [Job(number, work, task, what) for number, task in enumerate(tasks)]
    with engine_of(engine, workers, len(jobs)) as chosen:
        for outcome in chosen.stream(jobs, scenario):
            if isinstance(outcome, Done):
                found[outcome.number] = outcome.result
            elif getattr(chosen, "goes_on", False):
                failed.append(outcome)
            else:
                raise outcome.again()
    if failed:
        raise min(failed, key=lambda outcome: outcome.number).again()
    return [found[number] for number in range(len(jobs))]


@contextmanager
def engine_of(
    engine: Engine | str | None, workers: int | None = None, tasks: int | None = None
) -> Iterator[Engine]:
    """The engine that somebody asked for; what is made here ends here.

    Parameters
    ----------
    engine : Engine, str or None
        ``"serial"``, ``"processes"``, the address of a Dask scheduler such as
        ``"tcp://10.0.0.5:8786"``, an engine (a `loopsim.Study`, say), or None: processes, unless
        one is enough.
    workers : int, optional
        Processes; by default one for every processor.
    tasks : int, optional
        More processes than that are not worth it.
    """
    if workers is not None and workers < 1:
        raise InputError(f"workers = {workers}: must be at least 1")
    if engine is not None and not isinstance(engine, str):
        yield engine
        return
    most = os.cpu_count() or 1 if workers is None else workers
    count = max(1, most if tasks is None else min(most, tasks))
    made = _made("serial" if engine is None and count == 1 else engine or "processes", count)
    with made:
        yield made


def _made(name: str, count: int) -> Any:
    if name == "serial":
        return Serial()
    if name == "processes":
        from loopsim.engines.processes import Processes

        return Processes(count)
    if "://" in name:
        from loopsim.engines.cluster import Cluster

        return Cluster(name)
    raise InputError(
        f"no engine {name!r}; {there_are(NAMES, name)} An address such as tcp://10.0.0.5:8786 is "
        "that of a Dask scheduler"
    )
