"""What a run asks its office of governance. This one has no rules: everything stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.environments.base import Environment
from loopsim.feedback import LabelBatch

if TYPE_CHECKING:
    import numpy as np

    from loopsim.simulation import Simulation

    Mask = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Observed = dict[str, NDArray[np.float64]]


class Office:
    """No rules.

    Attributes
    ----------
    schema : Schema
        The features that models, monitors and exports see.
    hidden : tuple of str
        Sensitive columns.
    erases : bool
        Whether rows ever leave the log.
    """

    erases = False
    hidden: tuple[str, ...] = ()

    def __init__(self, world: Environment) -> None:
        self.schema = world.schema

    def clean(self, sim: Simulation, t: int) -> None:
        """Before anybody reads in round t: what is to be erased, or too old, goes."""

    def of_labels(self, t: int, batch: LabelBatch) -> LabelBatch:
        """The labels that may be kept to learn from."""
        return batch

    def of_cases(self, cases: Cases) -> Cases:
        """The cases that may be kept to learn from, with the columns that may be seen."""
        return cases

    def left(self, features: Any) -> Any:
        """The columns that may be seen."""
        return features

    def allowed(self, cases: Cases) -> Mask | None:
        """(n,) the cases that training may read; None: all."""
        return None

    def willing(self, people: Ints, group: NDArray[Any]) -> Mask | None:
        """(n,) the people who consent; None: all."""
        return None

    def fitted(self, sim: Simulation, t: int, ids: Ints) -> None:
        """A candidate was fitted on these cases, in round t."""

    def live(self, version: int, since: int) -> None:
        """The candidate of round `since` went live as this version."""

    def back(self, version: int, before: int) -> None:
        """The model of version `before` is live again, as this version."""

    def due(self) -> str | None:
        """A reason to refit in this round, or None."""
        return None

    def decided(self, sim: Simulation, t: int) -> None:
        """The round's decisions are known to those they are about."""

    def figures(self, sim: Simulation, t: int) -> Observed:
        """What the office counts, each (1 + groups,)."""
        return {}

    def seen(self, observed: Observed) -> Observed:
        """The dashboard's figures, without those that take a hidden column."""
        return observed

    def hold(self, sim: Simulation, t: int, observed: Observed) -> None:
        """Hold the figures against the limits; every breach is an event."""

    def faults(self, sim: Simulation, known: Iterable[str]) -> Iterable[tuple[str, str]]:
        """What cannot work once the parts are made, given the dashboard's figures."""
        return ()

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {}

    def restore(self, state: Mapping[str, NDArray[Any]], sim: Simulation) -> None:
        """Become what `state` described."""
