"""A job, what comes of it, and what an engine is."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

from loopsim.errors import LoopsimError, ScenarioError
from loopsim.scenario import Scenario


@dataclass(frozen=True)
class Job:
    """One run to be done: ``work(task)``.

    Attributes
    ----------
    number : int
        Tells its outcome from others.
    work : function of a module
        So that other processes find it by name.
    task : plain values, or small objects that can be pickled
        No settings: a class that only this process knows cannot be sent.
    what : str
        What kind of run it is, as a study keeps it.
    """

    number: int
    work: Callable[[Any], Any]
    task: Any
    what: str = ""


@dataclass(frozen=True)
class Done:
    """What a run found, and the seconds that it took."""

    number: int
    result: Any
    seconds: float = 0.0


@dataclass(frozen=True)
class Failed:
    """An error on its way between processes: pickle cannot make most of loopsim's anew."""

    number: int
    kind: type[BaseException]
    text: str
    facts: dict[str, Any] = field(default_factory=dict)
    trace: str = ""
    seconds: float = 0.0

    @classmethod
    def of(cls, number: int, error: Exception, seconds: float = 0.0) -> Failed:
        """An error that was just caught."""
        known = isinstance(error, LoopsimError)
        kind = type(error) if known or _by_name(type(error)) else RuntimeError
        text = str(error) if kind is type(error) else f"{type(error).__name__}: {error}"
        facts = vars(error) if known else {}
        return cls(number, kind, text, facts, "" if known else traceback.format_exc(), seconds)

    def again(self) -> BaseException:
        """The error, as it was raised."""
        error = self.kind.__new__(self.kind, self.text)
        error.__dict__.update(self.facts)
        if self.trace:
            error.add_note(self.trace)
        return error


Outcome = Done | Failed


class Engine(Protocol):
    """Does jobs somewhere. The bytes of what they find do not depend on where."""

    def stream(self, jobs: Iterable[Job], scenario: Scenario | None = None) -> Iterator[Outcome]:
        """The outcome of every job, as they end; a job is taken when there is room for it.

        Parameters
        ----------
        jobs : iterable of Job
        scenario : Scenario, optional
            One whose kinds those who do the work must know.

        Raises
        ------
        InputError
            If they do not; nothing has run.
        EngineError
            If there is nobody left to do the work.
        """


def perform(job: Job) -> Outcome:
    """Do a job; whatever it raises is its outcome."""
    start = perf_counter()
    try:
        return Done(job.number, job.work(job.task), perf_counter() - start)
    except Exception as error:
        return Failed.of(job.number, error, perf_counter() - start)


def faults(plain: dict[str, Any]) -> str:
    """What is wrong with a scenario in this process, which is sound in the one that sent it."""
    try:
        Scenario.parse(plain)
    except ScenarioError as error:
        return str(error)
    return ""


def _by_name(kind: type[BaseException]) -> bool:
    try:
        return pickle.loads(pickle.dumps(kind)) is kind
    except Exception:
        return False
