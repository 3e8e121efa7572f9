"""Where a verb's runs are done, whether they are kept, and the progress that is shown of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loopsim.cli.run_progress import RunProgress
from loopsim.errors import InputError

if TYPE_CHECKING:
    from loopsim.engines import Engine, Job, Outcome
    from loopsim.scenario import Scenario

Cluster = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="a Dask scheduler, tcp://host:port")
]
StudyFolder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="keep the runs; what is there is not run again")
]


@contextmanager
def engine(workers: int | None, cluster: str | None, study: Path | None) -> Iterator[Watched]:
    """The engine that ``--workers``, ``--cluster`` and ``--study`` ask for, with its progress."""
    from loopsim.engines import engine_of

    if cluster is not None and "://" not in cluster:
        raise InputError(f"--cluster {cluster}: must be an address such as tcp://10.0.0.5:8786")
    if cluster is not None and workers is not None:
        raise InputError("--cluster and --workers: a cluster has the workers that it has; give one")
    with ExitStack() as stack:
        made: Any = None
        if study is not None:
            from loopsim.studies import Study

            made = stack.enter_context(Study(study, cluster, workers))
        else:
            made = stack.enter_context(engine_of(cluster, workers))
        yield Watched(made, stack.enter_context(RunProgress()))


class Watched:
    """An engine whose outcomes are counted as they pass."""

    def __init__(self, inner: Engine, progress: RunProgress) -> None:
        self.inner, self.progress = inner, progress
        self.goes_on = getattr(inner, "goes_on", False)

    def stream(self, jobs: Iterable[Job], scenario: Scenario | None = None) -> Iterator[Outcome]:
        """See `loopsim.engines.base.Engine`."""
        asked = list(jobs)
        self.progress.expect(len(asked))
        for outcome in self.inner.stream(asked, scenario):
            self.progress.count(outcome)
            yield outcome
