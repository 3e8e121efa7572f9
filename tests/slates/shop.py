"""A small shop for the tests of slates: everybody likes one of two shelves, and clicks on it."""

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
from loopsim.slates import Catalogue, Interactions, Visits


class Shop(Kind):
    """Two shelves."""

    kind: Literal["shop"] = "shop"
    form: ClassVar[str] = "slate"
    users: int = 400
    items: int = 30

    def build(self, strengths):
        return ShopWorld(self, strengths)


class ShopWorld:
    name, form, groups, money = "shop", "slate", ("left", "right"), Money()
    schema = Schema(("user", "item", "place"))
    signals = ("liked",)

    def __init__(self, settings, strengths):
        self.settings = settings
        table = Edges(**{n: Edge(n, closed="c", cut="n", blend="share") for n in LOOPS})
        self.edges = table.with_strengths(strengths)
        m = settings.items
        self.catalogue = Catalogue(
            (np.arange(m)[:, None] % 2) * 1.0, np.zeros(m, int), np.zeros(m, int), np.ones(m, bool)
        )

    def populate(self, draws):
        ids = np.arange(self.settings.users)
        return Population(ids, shelf=(ids % 2).astype(np.int8), clicks=np.zeros(ids.size))

    def group(self, people, rows):
        return people["shelf"][rows]

    def arrivals(self, people, draws, t):
        return np.flatnonzero(draws.uniform(Stream.ARRIVAL, t, people.ids) < 0.5)

    def features(self, people, rows, draws, t):
        none = np.empty((rows.size, 0))
        return Visits(people.ids[rows], none, np.empty((rows.size, 0), int), self.catalogue)

    def learnable(self, people, features):
        user, item, place = features.T.astype(np.int64)
        return Interactions(user, item, place, np.empty((user.size, 0)), self.catalogue)

    def _chance(self, people, rows, items):
        return np.where(people["shelf"][rows] == items % 2, 0.4, 0.1) * (1 + (items < 4))

    def outcomes(self, people, cases, draws):
        chance = self._chance(people, cases.rows, cases.item)
        pairs = people.ids[cases.rows] * self.settings.items + cases.item
        clicked = draws.uniform(Stream.OUTCOME, cases.round, pairs) < chance
        good = clicked.astype(np.int8)
        pleased = np.where(clicked, cases.item % 3 > 0, 2).astype(np.int8)
        return Outcomes(good, chance, good, signals={"liked": pleased})

    def panel(self, people, cases, draws, rows):
        ids = cases.ids[rows]
        item = draws.uniform(Stream.PANEL, cases.round, ids) * self.settings.items
        item = item.astype(np.int64)
        chance = self._chance(people, cases.rows[rows], item)
        clicked = draws.uniform(Stream.PANEL, cases.round, ids, k=1) < chance
        user = people.ids[cases.rows[rows]]
        features = np.column_stack([user, item, np.zeros(rows.size)]) * 1.0
        return features, clicked.astype(np.int8)

    def respond(self, people, cases, outcomes, draws):
        np.add.at(people["clicks"], cases.rows, outcomes.good)

    def measure(self, people, cases, outcomes):
        return {"chance": outcomes.probability, "distinct": float(np.unique(cases.item).size)}

    def truth(self, people):
        return {"clicks": people["clicks"]}


registry.add("environment", Shop)
