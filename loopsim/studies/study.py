"""A study: runs whose results are kept, under addresses that say what each of them is."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Any

import pandas as pd

from loopsim import errors
from loopsim.engines import Done, Engine, Failed, Job, Outcome, engine_of
from loopsim.scenario import Scenario
from loopsim.studies.address import Address, address
from loopsim.studies.claims import Claims
from loopsim.studies.dataset import frame
from loopsim.studies.folder import Folder, publish
from loopsim.studies.results import Encoded, decode, is_whole


class Study:
    """An engine that remembers: a run that is in the folder is read, any other is done and kept.

    Any number of processes, on any machine that sees the folder, may work on one study at a time;
    each run is done by one of them. A run that fails is recorded with its error, does not stop the
    others, and is tried again the next time that somebody asks for it.

    Parameters
    ----------
    folder : path
        Made if need be.
    engine : Engine or str, optional
        Who does the runs: ``"processes"`` of this machine by default, ``"serial"``, or the address
        of a Dask scheduler such as ``"tcp://10.0.0.5:8786"``.
    workers : int, optional
        Processes, by default one for every processor.

    Raises
    ------
    RunFolderError
        A folder that cannot be used, or that has something else in it.

    Examples
    --------
    >>> import loopsim
    >>> study = loopsim.Study("results/studies/mine")                       # doctest: +SKIP
    >>> loopsim.cut(scenario, ["outcome"], seeds=20, engine=study).effects  # doctest: +SKIP
    >>> study.frame("cut")                                                  # doctest: +SKIP
    """

    #: A run that fails does not stop the others.
    goes_on = True

    def __init__(
        self,
        folder: str | Path,
        engine: Engine | str | None = None,
        workers: int | None = None,
    ) -> None:
        self.folder = Folder(Path(folder))
        self.folder.begin()
        self.engine, self.workers = engine, workers
        self._open = ExitStack()
        self._kept: Engine | None = None

    @classmethod
    def open(cls, folder: str | Path) -> Study:
        """A study that is there already.

        Raises
        ------
        RunFolderError
            If there is none.
        """
        Folder(Path(folder)).check()
        return cls(folder)

    def __enter__(self) -> Study:
        """Keep the engine open, and its processes alive, while the block lasts."""
        self._kept = self._open.enter_context(engine_of(self.engine, self.workers))
        return self

    def __exit__(self, *_: object) -> None:
        self._kept = None
        self._open.close()

    def frame(self, what: str | None = None) -> pd.DataFrame:
        """Everything that the runs of a kind found, as one table.

        Parameters
        ----------
        what : str, optional
            ``"cut"``, ``"evaluate"`` ...; may be left out where there is but one kind.

        Returns
        -------
        DataFrame
            ``run``, ``seed``, a column for each key path in which the scenarios differ, and what
            the runs found.

        Raises
        ------
        InputError
            If there are no such runs.
        """
        return frame(self.folder, what)

    def failures(self) -> pd.DataFrame:
        """A row a run that failed: run, what, seed, error, text."""
        columns = ["run", "what", "seed", "error", "text"]
        rows = [{name: record[name] for name in columns} for record in self.folder.failures()]
        return pd.DataFrame(rows, columns=columns)

    def counts(self) -> pd.DataFrame:
        """A row a kind of run: how many are finished, and the seconds that they took."""
        log = pd.DataFrame(list(self.folder.logged()), columns=["what", "ended", "seconds"])
        spent = log[log["ended"] == "done"].groupby("what")["seconds"].sum()
        kinds = self.folder.kinds()
        return pd.DataFrame(
            {
                "what": kinds,
                "finished": [len(self.folder.listing(kind)) for kind in kinds],
                "seconds": [float(spent.get(kind, 0.0)) for kind in kinds],
            }
        )

    def stream(self, jobs: Iterable[Job], scenario: Scenario | None = None) -> Iterator[Outcome]:
        """See `loopsim.engines.base.Engine`. What is asked twice is done once."""
        asked: dict[str, _Asked] = {}
        for job in jobs:
            place = address(job)
            asked.setdefault(place.key, _Asked(place, [])).jobs.append(job)
        for key in [key for key, one in asked.items() if self._has(one.address)]:
            yield from self._read(asked.pop(key))
        if asked:
            with Claims(self.folder.path) as claims, ExitStack() as stack:
                engine = self._kept or stack.enter_context(
                    engine_of(self.engine or "processes", self.workers, len(asked))
                )
                yield from self._work(asked, claims, engine, scenario)

    def _work(
        self, asked: dict[str, _Asked], claims: Claims, engine: Engine, scenario: Scenario | None
    ) -> Iterator[Outcome]:
        """Do what nobody else does, then take what others have done, until nothing is left."""
        pause = 0.05
        while asked:
            left, by_others = len(asked), deque[str]()
            order = list(asked)
            for outcome in engine.stream(self._mine(asked, order, claims, by_others), scenario):
                one = asked.pop(order[outcome.number])
                self._keep(one.address, outcome, claims)
                yield from self._told(one, outcome)
            for key in by_others:
                yield from self._read(asked.pop(key))
            pause = 0.05 if len(asked) < left else min(2 * pause, 1.0)
            if asked:
                sleep(pause)

    def _mine(
        self, asked: dict[str, _Asked], order: list[str], claims: Claims, by_others: deque[str]
    ) -> Iterator[Job]:
        """Jobs that this process claims, each when there is room for it."""
        for number, key in enumerate(order):
            one = asked[key]
            if self._is_over(one.address, claims):
                by_others.append(key)
            elif claims.take(key):
                if self._is_over(one.address, claims):  # it ended between the look and the claim
                    claims.release(key)
                    by_others.append(key)
                    continue
                job = one.jobs[0]
                yield Job(number, Encoded(job.work), (job.task, one.address), job.what)

    def _has(self, place: Address) -> bool:
        return is_whole(self.folder.result(place))

    def _is_over(self, place: Address, claims: Claims) -> bool:
        """Whether there is a result, or a failure since this process began."""
        if self._has(place):
            return True
        try:
            return self.folder.failure(place).stat().st_mtime >= claims.since
        except OSError:
            return False

    def _keep(self, place: Address, outcome: Outcome, claims: Claims) -> None:
        failure = self.folder.failure(place)
        if isinstance(outcome, Done):
            publish(self.folder.result(place), outcome.result)
            failure.unlink(missing_ok=True)
        else:
            publish(failure, json.dumps(_record(place, outcome), indent=1).encode())
        ended = "done" if isinstance(outcome, Done) else "failed"
        self.folder.note(claims.mine.name, place, outcome.seconds, ended)
        claims.release(place.key)

    def _read(self, one: _Asked) -> Iterator[Outcome]:
        path = self.folder.result(one.address)
        if is_whole(path):
            for job in one.jobs:
                yield Done(job.number, decode(path))
        else:
            record = json.loads(self.folder.failure(one.address).read_text(encoding="utf-8"))
            for job in one.jobs:
                yield _failed(job.number, record)

    def _told(self, one: _Asked, outcome: Outcome) -> Iterator[Outcome]:
        for job in one.jobs:
            if isinstance(outcome, Done):
                yield Done(job.number, decode(outcome.result), outcome.seconds)
            else:
                yield Failed(**(vars(outcome) | {"number": job.number}))


class _Asked:
    """An address, and the jobs that ask for it."""

    def __init__(self, place: Address, jobs: list[Job]) -> None:
        self.address, self.jobs = place, jobs


def _record(place: Address, failed: Failed) -> dict[str, Any]:
    """Plain values for the file of a failure."""
    facts = {k: v for k, v in failed.facts.items() if isinstance(v, str | int | float | None)}
    return place.facts() | {
        "run": place.run, "error": failed.kind.__name__, "text": failed.text, "told": facts,
        "trace": failed.trace,
    }  # fmt: skip


def _failed(number: int, record: dict[str, Any]) -> Failed:
    kind = getattr(errors, record["error"], RuntimeError)
    return Failed(number, kind, record["text"], record["told"], record["trace"])
