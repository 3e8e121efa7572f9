"""Fraud rings: Mesa agents who probe, learn what passes, share it and move on.

A ring is a handful of members who each use one stolen card a day. A fresh card is probed with a
small amount. Once that has passed, the member takes the amount and the place from which the ring
expects most, by what all its members have seen pass; now and then any other, to learn. A member who
is stopped, or finds the card dead, takes another card; a ring of which too many were caught lately
moves to another part of the world.

All that a ring is lives in arrays (`state`), its agents are made anew every day, and every number
it draws is keyed by the ring, the member and the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.fraud import kernels
from loopsim.environments.fraud.day import Payments
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.fraud.settings import Fraud

Ints = NDArray[np.int64]
AMOUNTS = (30.0, 80.0, 140.0, 210.0, 400.0)  # euros
PLACES = ("where the cardholder pays", "near the ring", "anywhere")
ARMS = [(amount, place) for amount in AMOUNTS for place in range(len(PLACES))]
PROBE = 5.0  # euros at most
CARD, SINCE, PROVEN, ARM, PLACE, CENTS, SECONDS = range(7)  # columns of a plan
GONE, STOPPED, PASSED = -1, 0, 1  # what came of it
EXPLORE, FORGET, COOL = 0.1, 0.98, 0.7
WAIT = 4  # days, at most, until there is another card
FIRST = 200  # number of a ring's first payment with a card in a day


def start(settings: Fraud, people: Population, draws: Draws, side: str) -> None:
    """The rings before the first day: each at home somewhere, with cards to probe."""
    rings, members, world = settings.rings, settings.members, people.world
    world[f"{side}.plan"] = np.full((rings, members, 7), -1, np.int64)
    world[f"{side}.beliefs"] = np.zeros((rings, len(ARMS), 2))
    world[f"{side}.home"] = np.zeros((rings, 3))  # x, y, how many were caught lately
    if rings:
        Underworld(settings, people, draws, side, -1).begin()


def at_work(plan: Ints, activity: float, t: int) -> NDArray[np.bool_]:
    """(rings, members) who pays with a card on day t: the ring is active and the card is there."""
    active = np.arange(len(plan)) < round(activity * len(plan))
    return active[:, None] & (plan[:, :, SINCE] <= t)


def payments(plan: Ints, activity: float, t: int) -> tuple[Payments, Ints]:
    """The payments that a plan makes on day t, by customer, and each one's place in the plan."""
    slots = np.flatnonzero(at_work(plan, activity, t))
    mine = plan.reshape(-1, 7)[slots]
    order = np.argsort(mine[:, CARD], kind="stable")
    mine = mine[order]
    k = np.empty(len(mine), np.int64)
    kernels.running(mine[:, CARD].copy(), k)
    place, cents, seconds = (mine[:, c].astype(np.int32) for c in (PLACE, CENTS, SECONDS))
    kind = np.full(len(mine), kernels.RING, np.int8)
    return Payments(mine[:, CARD].copy(), k + FIRST, place, cents, seconds, kind), slots[order]


class Underworld(mesa.Model):
    """The rings of one side, at the end of day t."""

    def __init__(
        self, settings: Fraud, people: Population, draws: Draws, side: str, t: int
    ) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never drawn from
        self.settings, self.people, self.draws, self.t = settings, people, draws, t
        state = [people.world[f"{side}.{name}"] for name in ("plan", "beliefs", "home")]
        self.rings = [Ring(self, i, *(part[i] for part in state)) for i in range(len(state[0]))]

    def begin(self) -> None:
        """Everybody takes a home and cards."""
        for ring in self.rings:
            ring.move()
            ring.prepare()

    def live(self, done: Ints, came: NDArray[np.int8]) -> None:
        """One day: what came of what was `done` (rings, members, 7), then the plan for the next."""
        for ring in self.rings:
            ring.learn(done[ring.number], came[ring.number])
            ring.prepare()


class Ring(mesa.Agent):
    """One ring; `plan`, `beliefs` and `home` are views of the state.

    Parameters
    ----------
    number : int
    plan : (members, 7) int64
        What each member does tomorrow.
    beliefs : (arms, 2)
        How often an amount at a place was tried and passed; old news fades.
    home : (3,)
        Where the ring is, and how many of it were caught lately.
    """

    model: Underworld

    def __init__(self, model: Underworld, number: int, plan: Ints, beliefs: Any, home: Any) -> None:
        super().__init__(model)
        self.number, self.plan, self.beliefs, self.home = number, plan, beliefs, home
        self.seats = number * len(plan) + np.arange(len(plan), dtype=np.int64)

    def uniform(self, k: int) -> NDArray[np.float64]:
        """(members,) this day's draws."""
        return self.model.draws.uniform(Stream.RESPONSE, self.model.t, self.seats, k=k)

    def learn(self, done: Ints, came: NDArray[np.int8]) -> None:
        """Everybody's news becomes the ring's; who lost a card takes another."""
        self.beliefs *= FORGET
        for what, answer in zip(done, came, strict=True):
            if answer != GONE and what[ARM] >= 0:
                self.beliefs[what[ARM]] += 1.0, float(answer == PASSED)
        self.home[2] = COOL * self.home[2] + (came == STOPPED).sum()
        self.plan[:] = done
        self.plan[came == PASSED, PROVEN] = 1
        old = self.model.t - self.plan[:, SINCE] >= self.model.settings.noticed
        waits = self.plan[:, SINCE] > self.model.t
        self._take_cards(~waits & ((came != PASSED) | old))
        if self.home[2] >= self.model.settings.patience * len(self.plan):
            self.move()

    def move(self) -> None:
        """Another home; new cards for all, for the old ones are known there."""
        u = self.uniform(0)
        self.home[:] = 100.0 * u[0], 100.0 * self.uniform(1)[0], 0.0
        self._take_cards(np.ones(len(self.plan), dtype=bool))

    def _take_cards(self, who: NDArray[np.bool_]) -> None:
        fresh = (self.uniform(2) * len(self.model.people)).astype(np.int64)
        self.plan[who, CARD] = fresh[who]
        wait = (self.uniform(8) * WAIT).astype(np.int64)
        self.plan[who, SINCE] = self.model.t + 1 + wait[who]
        self.plan[who, PROVEN] = 0

    def prepare(self) -> None:
        """What each member does next: probe a fresh card, or take what is expected to pay most."""
        chance = (self.beliefs[:, 1] + 1.0) / (self.beliefs[:, 0] + 2.0)
        best = int(np.argmax(chance * np.array([amount for amount, _ in ARMS])))
        u, other, size, clock = (self.uniform(k) for k in (3, 4, 5, 6))
        for m, plan in enumerate(self.plan):
            arm = int(other[m] * len(ARMS)) if u[m] < EXPLORE else best
            amount, place = ARMS[arm] if plan[PROVEN] else (PROBE, 0)
            plan[ARM] = arm if plan[PROVEN] else -1
            plan[CENTS] = int(amount * 100.0 * (0.9 + 0.1 * size[m]))
            plan[SECONDS] = int(86400 * clock[m])
            plan[PLACE] = self._terminal(m, place, plan[CARD])

    def _terminal(self, m: int, place: int, card: int) -> int:
        people, world = self.model.people, self.model.people.world
        spots, first = world["terminal_xy"], world["cell"]
        x, y = (people["x"][card], people["y"][card]) if place == 0 else self.home[:2]
        radius = 150.0 if place == 2 else self.model.settings.radius
        near = np.empty(2 * int(np.sqrt(first.size)) + 2, np.int64)
        total = kernels.around(x, y, first, radius, near)
        keys = self.model.draws.keys(Stream.RESPONSE, self.model.t, k=7)
        seat = int(self.seats[m])
        return int(kernels.pick(x, y, radius, total, near, seat, *keys, spots))
