"""Fraud that drifts, alerts that are looked into at once, and all other labels a week late.

After Dal Pozzolo, Boracchi, Caelen, Alippi and Bontempi (2018), Credit Card Fraud Detection: a
Realistic Modeling and a Novel Learning Strategy. Payments are points in four dimensions, honest
ones about the origin, frauds about a point at a distance that rotates day by day. A bank looks into
its alerts and knows at once; of everything else it hears when the delay is over. Their learner is
loopsim's model `separate`.

Only `loopsim`'s public interface `Environment` is used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import Money, Outcomes
from loopsim.features import Schema
from loopsim.population import Population

Floats = NDArray[np.float64]
NAMES = ("x1", "x2", "x3", "x4")

EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="no loop here: every day has new payments, whatever was stopped before",
        cut="the same",
    ),
    outcome=Edge(
        "outcome",
        closed="an alert's label is known the next day, every other one after the delay",
        cut="every label is known after the delay, an alert's as well",
        blend="share",
    ),
    feature=Edge("feature", closed="no loop here: the frauds drift by themselves", cut="the same"),
    model=Edge(
        "model",
        closed="training reads the alerts of earlier versions beside the delayed labels",
        cut="training reads as many payments of the same days, whatever the alerts were",
        blend="share",
    ),
    oversight=Edge("oversight", closed="no loop here: nobody reviews", cut="the same"),
)


class RotatingFraud:
    """See `loopsim.environments.base.Environment`; a row is a place in the day's queue.

    Parameters
    ----------
    payments : int
        Payments a day.
    fraud : float in (0, 1)
        Share of frauds.
    radius : float
        Distance of the frauds' mean from that of honest payments, in standard deviations.
    turn : float
        How far it rotates in a day, in radians.
    """

    name = "rotating-fraud"
    groups = ("all payments",)
    schema = Schema(NAMES)

    def __init__(
        self, payments: int = 4000, fraud: float = 0.01, radius: float = 2.2, turn: float = 0.04
    ) -> None:
        self.payments, self.fraud, self.radius, self.turn = payments, fraud, radius, turn
        self.money, self.edges = Money(gain=0.02, loss=1.0), EDGES
        self.settings: Any = None

    def populate(self, draws: Draws) -> Population:
        """Places in a queue; the day is a number of the world."""
        people = Population(np.arange(self.payments, dtype=np.int64))
        people.world["day"] = np.zeros(1)
        return people

    def arrivals(self, people: Population, draws: Draws, t: int) -> NDArray[np.int64]:
        """Every place."""
        return np.arange(len(people))

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """There is one group."""
        return np.zeros(people.ids[rows].size, np.int8)

    def _bad(self, people: Population, rows: Any, draws: Draws, t: int) -> NDArray[np.bool_]:
        return draws.uniform(Stream.OUTCOME, t, people.ids[rows]) < self.fraud

    def features(self, people: Population, rows: Any, draws: Draws, t: int) -> Floats:
        """(n, 4) a standard normal point, shifted if it is fraud."""
        out = np.empty((people.ids[rows].size, 4))
        for j in range(4):
            out[:, j] = draws.normal(Stream.FEATURE, t, people.ids[rows], k=j)
        angle = self.turn * t
        shift = self.radius * np.array([np.cos(angle), np.sin(angle)])
        out[:, :2] += self._bad(people, rows, draws, t)[:, None] * shift
        return out

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Nothing is hidden; an alert's label is prompt."""
        good = (~self._bad(people, cases.rows, draws, cases.round)).view(np.int8)
        none = np.zeros(len(cases), dtype=bool)
        prompt = self.edges.outcome.read(cases.actions == 0, none, draws, cases.ids)
        return Outcomes(good, good.astype(np.float64), good.copy(), none, prompt)

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """The day is over."""
        people.world["day"] = np.array([cases.round + 1.0])

    def measure(self, people: Population, cases: Cases, outcomes: Outcomes) -> dict[str, float]:
        """`alert_precision`: share of frauds among the alerts; NaN without any."""
        alerts = outcomes.good[cases.actions == 0]
        return {"alert_precision": float(1.0 - alerts.mean()) if alerts.size else float("nan")}

    def truth(self, people: Population) -> dict[str, Floats]:
        """How far the frauds have turned, in radians."""
        return {"turned": np.full(len(people), self.turn * people.world["day"][0])}
