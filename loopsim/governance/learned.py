"""Whose rows each version learned from, and how many of those rows have been erased since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lesson:
    """The rows of a fit: the people whose they are (one entry a row), and how many are erased."""

    people: Ints
    erased: int = 0

    def without(self, people: Ints) -> Lesson:
        """Once these people are erased."""
        hit = np.isin(self.people, people)
        return Lesson(self.people[~hit], self.erased + int(hit.sum())) if hit.any() else self


class Learned:
    """Lessons of the versions that are, or may be, live: the last two, and what waits at the gate.

    Older ones cannot go live again (a rollback is one step).
    """

    def __init__(self) -> None:
        self._fits: dict[int, Lesson] = {}
        self._versions: dict[int, Lesson] = {}

    def fitted(self, since: int, people: Ints, after: int | None) -> None:
        """A candidate of round `since` was fitted, on top of version `after` if it goes on."""
        before = self._versions.get(after, Lesson(people[:0])) if after else Lesson(people[:0])
        joined = np.concatenate([before.people, people])
        self._fits = {since: Lesson(joined, before.erased)}

    def live(self, version: int, since: int) -> None:
        """The candidate of round `since` is live as this version."""
        self._keep(version, self._fits.pop(since))

    def back(self, version: int, before: int) -> None:
        """The model of version `before` is live again, as this version."""
        self._keep(version, self._versions[before])

    def _keep(self, version: int, lesson: Lesson) -> None:
        last = max(self._versions, default=version)
        self._versions = {n: held for n, held in self._versions.items() if n == last}
        self._versions[version] = lesson

    def erase(self, people: Ints) -> None:
        """These people are erased now."""
        for held in (self._fits, self._versions):
            held.update({key: lesson.without(people) for key, lesson in held.items()})

    def erased(self, version: int) -> int:
        """Rows that a version learned from and that have been erased since."""
        held = self._versions.get(version)
        return 0 if held is None else held.erased

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        held = {"fit": self._fits, "version": self._versions}
        return {
            f"learned.{kind}.{key}.{lesson.erased}": lesson.people
            for kind, lessons in held.items()
            for key, lesson in lessons.items()
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        held: dict[str, dict[int, Lesson]] = {"fit": {}, "version": {}}
        for name, people in state.items():
            if name.startswith("learned."):
                _, kind, key, erased = name.split(".")
                held[kind][int(key)] = Lesson(people, int(erased))
        self._fits, self._versions = held["fit"], held["version"]
