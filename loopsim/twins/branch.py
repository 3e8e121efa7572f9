"""Branches: runs that share everything up to a round, bit for bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from loopsim.models.base import CannotSave
from loopsim.scenario import Scenario
from loopsim.simulation import Simulation
from loopsim.twins.pushes.base import Perturbation


class Stem:
    """A run up to a round, to branch from; see `grown`."""

    def __init__(self, scenario: Scenario, t: int, folder: Path) -> None:
        self.scenario, self.t, self.folder = scenario, t, folder
        sim = Simulation(scenario).run(t)
        self.state: dict[str, Any] | None = sim.state()
        try:
            for version in sim.versions:
                version.model.save(folder / f"version-{version.number:04d}.skops")
            if sim.pending is not None:
                sim.pending.model.save(folder / f"candidate-{sim.pending.since:07d}.skops")
        except CannotSave:
            self.state = None  # then every branch lives the same rounds anew

    def branch(self, observers: Iterable[Any] = ()) -> Simulation:
        """Another run that has just completed the stem's rounds."""
        if self.state is None:
            return Simulation(self.scenario, observers).run(self.t)
        # A restored part may change its arrays in place.
        state = {name: values.copy() for name, values in self.state.items()}
        return Simulation.restored(self.scenario, state, self.folder, observers)


@contextmanager
def grown(scenario: Scenario, t: int) -> Iterator[Stem]:
    """The run of a scenario up to round t, to branch from inside the ``with``."""
    with TemporaryDirectory(prefix="loopsim-") as folder:
        yield Stem(scenario, t, Path(folder))


def pushed(sim: Simulation, push: Perturbation | None) -> Simulation:
    """Live one round, with a push just before its phase."""
    if push is not None:
        sim.clock.at(sim.t, push.phase, lambda t=sim.t: push.apply(sim, t))  # type: ignore[misc]
    sim.step()
    return sim
