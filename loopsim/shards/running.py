"""Run a scenario with its people split over processes or machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from loopsim import registry
from loopsim.errors import InputError
from loopsim.runs import manifest
from loopsim.runs.folder import Folder
from loopsim.runs.reader import Run
from loopsim.runs.start import launch
from loopsim.scenario import Scenario
from loopsim.shards import refusals
from loopsim.shards.ends import Centre
from loopsim.shards.engines import Engine
from loopsim.shards.recorder import CentreRecorder
from loopsim.shards.shard import Job
from loopsim.simulation import Simulation


def run(
    scenario: Scenario,
    shards: int | Sequence[int] | None = None,
    out: str | Path | Literal[False] | None = None,
    observers: Iterable[Any] = (),
    code: Iterable[str | Path] = (),
    cluster: str | None = None,
    engine: Engine | None = None,
) -> Run:
    """Run a scenario to its end, its people split by ranges of ids: the same run, byte for byte.

    Parameters
    ----------
    scenario : Scenario
        Of a world and a policy that can be split.
    shards : int or sequence of int, optional
        How many, of about equal size; or the first id of every shard but the first. By default as
        many as the cluster has workers.
    out, observers, code
        As for `loopsim.run`. Observers see the whole run, but nobody's cases. On a cluster the
        folder must be one that all workers can write.
    cluster : str, optional
        The scheduler of a Dask cluster, ``tcp://host:8786``; by default processes of this machine.
    engine : Engine, optional
        Somewhere else to run.

    Raises
    ------
    ScenarioError
        For what cannot be split; nothing has run.
    EngineError
        If a process or a machine is lost.
    """
    registry.allow_code(code)
    refusals.check(scenario)
    if shards is None:
        shards = _workers(cluster)
    ranges = split(scenario.environment.people, shards)  # type: ignore[attr-defined]
    place = engine or _engine(cluster)
    with ExitStack() as stack:

        def begin(
            folder: Folder | None, scenario: Scenario, recorder: Any, observers: list[Any]
        ) -> Simulation:
            centre = stack.enter_context(_centre(place, scenario, ranges, folder))
            if folder is not None:
                manifest.update(folder, shards=len(ranges))
            return Simulation(scenario, observers, crossing=centre)

        done = launch(scenario, out, list(observers), begin, CentreRecorder)
        if done.simulation is not None:
            done.simulation.crossing.end()  # type: ignore[attr-defined]
        return done


def split(people: int, shards: int | Sequence[int]) -> list[tuple[int, int]]:
    """The ranges of ids: first, and one past the last.

    >>> split(10, 3), split(10, [2, 9])
    ([(0, 3), (3, 6), (6, 10)], [(0, 2), (2, 9), (9, 10)])
    """
    if isinstance(shards, int):
        if not 1 <= shards <= people:
            raise InputError(f"shards = {shards}: must be 1 to {people:,}, the number of people")
        starts = [i * people // shards for i in range(shards)]
    else:
        starts = [0, *shards]
    ends = [*starts, people]
    if any(a > b for a, b in pairwise(ends)):
        raise InputError(f"shards = {list(starts[1:])}: first ids must ascend, up to {people:,}")
    return list(pairwise(ends))


@contextmanager
def _centre(
    engine: Engine, scenario: Scenario, ranges: list[tuple[int, int]], folder: Folder | None
) -> Iterator[Centre]:
    code = tuple(map(str, registry.allowed_code()))
    logged = folder is not None and scenario.log.level != "off"
    jobs = [
        Job(scenario.as_dict(), *ids, str(folder.shard(i + 1)) if logged else None, code)  # type: ignore[union-attr]
        for i, ids in enumerate(ranges)
    ]
    with engine(jobs) as channels:
        yield Centre(channels)


def _engine(cluster: str | None) -> Engine:
    if cluster is None:
        from loopsim.shards.engines.processes import processes

        return processes
    from loopsim.shards.engines.dask import on_cluster

    return partial(on_cluster, cluster)


def _workers(cluster: str | None) -> int:
    if cluster is None:
        raise InputError("shards: say how many, or name a cluster, which has one a worker")
    from loopsim.shards.engines.dask import workers

    return workers(cluster)
