"""Outcomes that follow the last prediction: N(μ + ε·θ, σ²) (Perdomo et al. 2020, example 1)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from loopsim import registry
from loopsim.draws import Stream
from loopsim.edges import LOOPS, Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.population import Population
from loopsim.settings import Kind


class Performative(Kind):
    kind: Literal["performative"] = "performative"
    form: ClassVar[str] = "value"
    people: int = 4000
    mu: float = 10.0
    epsilon: float = 0.5
    sigma: float = 1.0

    def build(self, strengths):
        return PerformativeWorld(self, strengths)


class PerformativeWorld:
    name, form, groups, money = "performative", "value", ("all of them",), Money()
    schema = Schema(("x",))

    def __init__(self, settings, strengths):
        self.settings = settings
        table = Edges(**{n: Edge(n, closed="c", cut="n") for n in LOOPS})
        self.edges = table.with_strengths(strengths)

    def populate(self, draws):
        ids = np.arange(self.settings.people)
        people = Population(ids, x=draws.normal(Stream.PEOPLE, -1, ids))
        people.world["theta"] = np.zeros(1)
        return people

    def group(self, people, rows):
        return np.zeros(people["x"][rows].size, np.int8)

    def arrivals(self, people, draws, t):
        return np.arange(len(people))

    def features(self, people, rows, draws, t):
        return people["x"][rows][:, None]

    def outcomes(self, people, cases, draws):
        noise = self.settings.sigma * draws.normal(Stream.OUTCOME, cases.round, cases.ids)
        natural = self.settings.mu + noise
        shown = cases.scores.mean() if len(cases.scores) else 0.0
        carried = natural + self.settings.epsilon * shown
        label = self.edges.outcome.read(carried, natural, draws, cases.ids)
        return Outcomes(natural, np.full(len(cases), self.settings.mu), label)

    def respond(self, people, cases, outcomes, draws):
        people.world["theta"] = np.array([cases.scores.mean() if len(cases) else 0.0])

    def truth(self, people):
        return {"x": people["x"]}


registry.add("environment", Performative)
