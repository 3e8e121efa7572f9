"""A point that was tried, and which of them is the best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Trial:
    """A point and what was found there, means over the seeds that choose.

    Attributes
    ----------
    number : int
        From 1 on.
    at : int
        The point's number among the runs; two trials may have one point.
    point : mapping from key path to value
    value : float
        The objective; NaN if it is unknown in a run.
    beyond : mapping from limit to number
        How far it is passed; 0 or less where it is kept.
    """

    number: int
    at: int
    point: dict[str, Any]
    value: float
    beyond: Mapping[str, float]

    @property
    def keeps(self) -> bool:
        """Whether it keeps every limit; what is unknown is not kept."""
        return all(far <= 0.0 for far in self.beyond.values())


def best_of(trials: Iterable[Trial]) -> Trial | None:
    """The highest objective among those that keep every limit; the first of equals.

    >>> over, within = Trial(0, 1, {}, 2.0, {"a <= 1": 0.5}), Trial(1, 2, {}, 1.0, {"a <= 1": 0.0})
    >>> best_of([over, within]).number
    1
    """
    able = [trial for trial in trials if trial.keeps and trial.value == trial.value]
    return max(able, key=lambda trial: trial.value, default=None)


def nearest_of(trials: Iterable[Trial]) -> Trial | None:
    """The one that passes the limits least, by the sum of what it passes them by."""
    known = [t for t in trials if all(far == far for far in t.beyond.values())]
    return min(known, key=lambda t: sum(max(far, 0.0) for far in t.beyond.values()), default=None)
