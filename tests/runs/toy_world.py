"""A small world and model for the tests of the run folder: quick, with a category and gaps."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from threading import Timer
from typing import Literal

import numpy as np

from loopsim import registry
from loopsim.draws import Stream
from loopsim.edges import LOOPS, Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.models.base import CannotSave
from loopsim.population import Population
from loopsim.settings import Kind


class World:
    groups, money = ("a", "b"), Money()
    schema = Schema(("income", "home", "score"), {"home": ("owns", "rents")})
    features_seen = schema.names

    def __init__(self, settings, strengths):
        self.settings = settings
        table = Edges(**{name: Edge(name, closed="", cut="") for name in LOOPS})
        self.edges = table.with_strengths(strengths)

    def populate(self, draws):
        ids = np.arange(self.settings.people)
        return Population(ids, income=draws.normal(Stream.PEOPLE, -1, ids))

    def arrivals(self, people, draws, t):
        return np.flatnonzero(draws.uniform(Stream.ARRIVAL, t, people.ids) < self.settings.arrive)

    def features(self, people, rows, draws, t):
        ids = people.ids[rows]
        noise = draws.uniform(Stream.FEATURE, t, ids)
        income = np.where(noise < 0.1, np.nan, people["income"][rows])
        return np.column_stack([income, np.floor(noise * 2), 600 + 100 * noise])

    def group(self, people, rows):
        return (people.ids[rows] % 2).astype(np.int8)

    def outcomes(self, people, cases, draws):
        p = 1 / (1 + np.exp(-people["income"][cases.rows]))
        good = (draws.uniform(Stream.OUTCOME, cases.round, cases.ids) < p).astype(np.int8)
        return Outcomes(good, p, np.where(cases.actions == 1, good, 2).astype(np.int8))

    def respond(self, people, cases, outcomes, draws):
        people["income"][cases.rows] += np.where(cases.actions == 1, 0.1, -0.05)

    def truth(self, people):
        return {"income": people["income"]}


class Mean:
    """A threshold of the mean income of the good: fitted, saved and loaded in a line each."""

    name = "mean"

    def __init__(self, settings, mean=0.0, fits=0):
        self.settings, self.mean, self.fits = settings, mean, fits

    def fit(self, features, labels, weights, random_state):
        mean = float(np.nanmean(features[labels == 1, 0]))
        return Mean(self.settings, mean, self.fits + 1)

    def score(self, features):
        if self.fits == self.settings.fails:
            raise ValueError("no more")
        return 1 / (1 + np.exp(self.mean - np.nan_to_num(features[:, 0])))

    def save(self, path):
        if not self.settings.saves:
            raise CannotSave("mean: cannot be saved")
        Path(path).write_text(json.dumps([self.mean, self.fits]))

    def load(self, path):
        return Mean(self.settings, *json.loads(Path(path).read_text()))


class ToyWorld(Kind):
    """A toy."""

    kind: Literal["toy-world"] = "toy-world"
    people: int = 400
    arrive: float = 0.5

    def build(self, strengths):
        return World(self, strengths)


class ToyModel(Kind):
    """A toy."""

    kind: Literal["toy-mean"] = "toy-mean"
    saves: bool = True
    fails: int = 0

    def build(self, schema):
        return Mean(self)


KINDS = {("environment", "toy-world"): ToyWorld, ("model", "toy-mean"): ToyModel}

BASE = {
    "name": "toy",
    "rounds": 24,
    "environment": {"kind": "toy-world"},
    "model": {"kind": "toy-mean"},
    "policy": {"kind": "threshold", "at": 0.4},
    "labels": {"delay": {"kind": "lognormal", "median": 2}, "noise": 0.1},
    "training": {
        "rule": {"kind": "every", "rounds": 3},
        "window": {"kind": "reservoir", "rows": 900},
    },
    "log": {"checkpoint": 4},
}


class Killer:
    """Ends the process as `kill -9` does: in a hook of a round, or after some seconds."""

    def __init__(self, hook, at):
        if hook == "after":
            Timer(at, self.kill).start()
        else:
            setattr(self, hook, lambda sim, *_: sim.t == at and self.kill())

    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)


def main():
    """``toy_world.py FOLDER SCENARIO(JSON) SMALL [HOOK AT]``: run or go on, in a process."""
    import loopsim
    from loopsim.runs import table_log

    for (slot, _), kind in KINDS.items():
        registry.add(slot, kind)
    folder, data, small, *killer = sys.argv[1:]
    table_log.SMALL = int(small)
    table_log.SEGMENT = 3 * table_log.SMALL
    observers = [Killer(killer[0], float(killer[1]))] if killer else []
    if Path(folder).exists():
        loopsim.resume(folder, observers=observers)
    else:
        loopsim.run(loopsim.Scenario.parse(json.loads(data)), out=folder, observers=observers)


if __name__ == "__main__":
    main()
