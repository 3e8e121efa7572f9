"""What a push is, and what the built-in ones have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from loopsim.clock import Phase
from loopsim.simulation import Simulation

P = TypeVar("P", bound="Push")


class Perturbation(Protocol):
    """One thing that can be pushed; a world may offer its own.

    A world's are found in its attribute ``perturbations``: a dict from names to callables that take
    ``(size, group, feature)`` and make one. Objects must be picklable.
    """

    @property
    def size(self) -> float:
        """How far; its sign says in which direction."""
        ...

    @property
    def phase(self) -> Phase:
        """It is applied in round t just before this phase."""
        ...

    def apply(self, sim: Simulation, t: int) -> None:
        """Push, in place. It may change what the round has made so far, and the people."""
        ...

    def scaled(self, by: float) -> Perturbation:
        """The same push, `by` times as large."""
        ...

    def describe(self) -> str:
        """What is pushed and how far, in words.

        A push may also have ``trace(sim) -> float``: what to follow, read after every round, where
        no metric is asked for, and ``traced``: what that is, in words.
        """
        ...


@dataclass(frozen=True)
class Push:
    """What all built-in pushes have.

    Parameters
    ----------
    size : float
    group : str
        Whom it touches; ``"all"`` for everybody.
    """

    size: float
    group: str = "all"
    phase: ClassVar[Phase]
    what: ClassVar[str]

    def scaled(self: P, by: float) -> P:
        """See `Perturbation.scaled`."""
        return replace(self, size=self.size * by)

    def describe(self) -> str:
        """See `Perturbation.describe`."""
        whose = "everybody" if self.group == "all" else f"group {self.group}"
        way = "up" if self.size >= 0 else "down"
        return f"{self.what} of {whose} {way} by {abs(self.size):g}"

    def touched(self, sim: Simulation, group: NDArray[Any]) -> NDArray[np.bool_]:
        """(n,) who of some group codes is touched."""
        if self.group == "all":
            return np.ones(group.size, dtype=bool)
        return group == sim.world.groups.index(self.group)
