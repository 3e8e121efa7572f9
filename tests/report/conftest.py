import sys
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

import loopsim
from loopsim import registry

sys.path.insert(0, str(Path(__file__).parents[1] / "runs"))

import toy_world


class LonelyWorld(toy_world.World):
    groups = ("everyone",)

    def group(self, people, rows):
        return np.zeros(people.ids[rows].size, dtype=np.int8)


class Lonely(toy_world.ToyWorld):
    kind: Literal["lonely"] = "lonely"

    def build(self, strengths):
        return LonelyWorld(self, strengths)


@pytest.fixture
def toy(monkeypatch):
    """Makes the toy scenario, whose world has other metrics, no pressures and blank edges."""
    kinds = toy_world.KINDS | {("environment", "lonely"): Lonely}
    for key, kind in kinds.items():
        monkeypatch.setitem(registry._added, key, kind)
    return lambda **changes: loopsim.Scenario.parse(toy_world.BASE, changes)


@pytest.fixture
def lending():
    """Makes a small lending scenario."""
    plan = {
        "name": "page",
        "description": "<b>not markup</b>",
        "rounds": 6,
        "environment": {"kind": "lending", "people": 2000},
        "shocks": [{"at": 3, "set": "environment.economy", "to": -1}],
    }
    return lambda **changes: loopsim.Scenario.parse(plan, changes)


@pytest.fixture
def interrupted():
    """Runs a scenario into a folder and stops it in a hook of a round."""

    def run(scenario, folder, hook, t):
        def stop(sim, *_):
            if sim.t == t:
                raise KeyboardInterrupt

        observer = type("Interrupt", (), {hook: staticmethod(stop)})()
        with pytest.raises(KeyboardInterrupt):
            loopsim.run(scenario, out=folder, observers=[observer])
        return loopsim.open(folder)

    return run
