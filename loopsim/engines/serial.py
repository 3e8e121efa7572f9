"""One run after the other, in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loopsim.engines.base import Job, Outcome, perform
from loopsim.scenario import Scenario


class Serial:
    """Does jobs here, in their order.

    >>> from loopsim.engines.base import Job
    >>> [done.result for done in Serial().stream([Job(0, abs, -2), Job(1, abs, 3)])]
    [2, 3]
    """

    def __enter__(self) -> Serial:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""

    def stream(self, jobs: Iterable[Job], scenario: Scenario | None = None) -> Iterator[Outcome]:
        """See `loopsim.engines.base.Engine`; what this process knows needs no check."""
        return map(perform, jobs)
