"""The fraud world: what is stopped never shows whether it was fraud, and who is stopped learns.

A case is a payment; good is an honest one, "yes" lets it through, "no" stops it with an alert. A
round is a day. What happens by itself (`natural`) is a function of customer and day alone; what
decisions make of it (`carried`) is kept beside it: cards that are away, customers who spend less,
rings that learn, and what the bank has counted. The edges choose which of the two is read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.edges import Edge, Edges
from loopsim.environments.base import UNKNOWN, Money, Outcomes
from loopsim.environments.fraud import kernels, measures, rings
from loopsim.environments.fraud.day import Payments, Threats, expected, payments
from loopsim.environments.fraud.kernels import STRIDE
from loopsim.environments.fraud.people import populate
from loopsim.environments.fraud.rolling import HAPPENED, KNOWN, Rolling
from loopsim.environments.fraud.settings import FEATURES, GROUPS
from loopsim.environments.fraud.today import Today
from loopsim.features import Schema
from loopsim.population import Population
from loopsim.recycled import Recycled

if TYPE_CHECKING:
    from loopsim.environments.fraud.settings import Fraud

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="blocked cards are away, thieves lose them, and rings go where they are not caught",
        cut="every card is there, and thieves and rings follow the plans of an undisturbed world",
        blend="share",
        keeps_rows=False,
    ),
    outcome=Edge(
        "outcome",
        closed="whether a stopped payment was fraud is seen only if somebody looks into it, and "
        "then at once; of the others it shows after the delay",
        cut="whether it was fraud shows of every payment, after the delay",
        blend="share",
    ),
    feature=Edge(
        "feature",
        closed="customers spend less after false alarms; cards and terminals are described by what "
        "happened to them and by the labels that the bank has",
        cut="spending, counts and risks are those of a world in which nothing is ever stopped",
    ),
    model=Edge(
        "model",
        closed="training reads the payments whose label earlier versions let the bank see",
        cut="training reads as many payments drawn without regard to decisions, all labels known",
        blend="share",
    ),
    oversight=Edge(
        "oversight",
        closed="reviewers see the score, and what they decide is learned from",
        cut="reviewers decide blind, and what they decide is not learned from",
        blend="share",
    ),
)


class FraudWorld:
    """See `loopsim.environments.base.Environment`; parameters are in `settings.Fraud`."""

    name = "fraud"
    groups = GROUPS
    schema = Schema(FEATURES)
    lives_history = True

    def __init__(self, settings: Fraud, strengths: dict[str, float]) -> None:
        self.settings = settings
        self.edges = EDGES.with_strengths(strengths)
        money = settings.money
        self.money = Money(money.gain, money.loss, money.label)
        self._room = {"carried": Recycled(), "natural": Recycled()}
        #: The running day, made by whoever asks first; nothing in it outlives the day.
        self._today: Today | None = None

    # -- who there is --------------------------------------------------------------------------

    def populate(self, draws: Draws) -> Population:
        """Customers and terminals, and rings at home."""
        people = populate(self.settings, draws)
        for side in ("carried", "natural"):
            rings.start(self.settings, people, draws, side)
        return people

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """Group code of each row: customers by their mean amount."""
        return people["group"][rows]

    def ids(self, people: Population, rows: Ints, t: int) -> Ints:
        """A payment's id: its customer's, times 256, and its number in the customer's day."""
        today = self._today
        if today is not None and today.is_of(people, t, rows):
            return people.ids[rows] * STRIDE + today.payments.k
        k = np.empty(rows.size, np.int64)
        kernels.running(rows, k)
        return people.ids[rows] * STRIDE + k

    def person(self, ids: Ints) -> Ints:
        """The customers of payments."""
        return ids // STRIDE

    # -- edge: sampling ------------------------------------------------------------------------

    def arrivals(self, people: Population, draws: Draws, t: int) -> Ints:
        """The customer of each payment of day t."""
        return self._day(people, draws, t).payments.rows

    def _day(self, people: Population, draws: Draws, t: int) -> Today:
        """The day as it is read, and as it would be undisturbed."""
        if self._today is None or not self._today.is_of(people, t):
            self._today = self._made(people, draws, t)
        return self._today

    def _made(self, people: Population, draws: Draws, t: int) -> Today:
        settings, world = self.settings, people.world
        threats = Threats.of(settings, draws, t, len(people), world["cleaned"].size)
        own = payments(settings, people, draws, t, *expected(people, draws, t), threats)
        plan = self._plan(people, draws)
        extra, slots = rings.payments(plan, settings.ring_activity, t)
        nature, _ = rings.payments(world["natural.plan"], settings.ring_activity, t)
        keep = self._here(people, own, threats, draws, t)
        came = self._here(people, extra, threats, draws, t)
        read = self._cleaned(people, own.with_(keep, extra[came]), threats, draws)
        return Today(people, t, threats, own, nature, read, plan, slots[came])

    def _plan(self, people: Population, draws: Draws) -> Ints:
        """(rings, members, 7) what rings do today."""
        carried, natural = people.world["carried.plan"], people.world["natural.plan"]
        numbers = np.arange(len(carried))
        read: Ints = self.edges.sampling.read(carried, natural, draws, numbers)
        return read.copy()

    def _here(
        self, people: Population, asked: Payments, threats: Threats, draws: Draws, t: int
    ) -> NDArray[np.bool_]:
        """(n,) whether a payment is tried at all."""
        here = np.empty(len(asked), np.bool_)
        away = people["back"], people["blocked"]
        kernels.present(asked.rows, asked.kind, t, *away, threats.stolen, threats.scam, here)
        everybody = np.ones(len(asked), np.bool_)
        return self.edges.sampling.read(here, everybody, draws, people.ids[asked.rows])

    def _cleaned(
        self, people: Population, asked: Payments, threats: Threats, draws: Draws
    ) -> Payments:
        """The same, honest at terminals that investigators have cleaned since they were skimmed."""
        cleaned = people.world["cleaned"] >= threats.skimmed
        still, all_ = (cleaned & (threats.skimmed > kernels.NEVER)), np.zeros_like(cleaned)
        clean = self.edges.sampling.read(still, all_, draws, np.arange(cleaned.size))
        if clean.any():
            hit = np.flatnonzero(asked.kind == kernels.SKIMMED)
            hit = hit[clean[asked.terminal[hit]]]
            large = asked.cents[hit] > self.settings.large * 100.0
            kind = asked.kind.copy()
            kind[hit] = np.where(large, kernels.LARGE, kernels.OWN)
            asked = replace(asked, kind=kind)
        return asked

    def _asked(self, people: Population, rows: Ints, draws: Draws, t: int) -> Payments:
        """What is known of the payments of `rows`: today's, or else each customer's first ones."""
        today = self._day(people, draws, t)
        if today.is_of(people, t, rows):
            return today.payments
        k = np.empty(rows.size, np.int64)
        kernels.running(rows, k)
        made = payments(self.settings, people, draws, t, rows, k, today.threats)
        return self._cleaned(people, made, today.threats, draws)

    # -- edge: feature -------------------------------------------------------------------------

    def features(self, people: Population, rows: Ints, draws: Draws, t: int) -> Floats:
        """(n, 15) what the model sees: the payment, and what is counted of card and terminal."""
        asked = self._asked(people, rows, draws, t)
        read = self.edges.feature.read(
            lambda: self._side(people, asked, "carried", t),
            lambda: self._side(people, asked, "natural", t),
        )
        return read  # type: ignore[no-any-return]

    def _side(self, people: Population, asked: Payments, side: str, t: int) -> Floats:
        out = self._room[side].empty(len(asked), len(FEATURES))
        cents = self._spent(people, asked) if side == "carried" else asked.cents
        Rolling(people, side, self.settings.risk_delay).fill(asked, cents, t, out)
        return out

    def _spent(self, people: Population, asked: Payments) -> NDArray[np.int32]:
        """(n,) cents, after what false alarms did to the customers."""
        out = np.empty(len(asked), np.int32)
        kernels.spent(asked.rows, asked.cents, asked.kind, people["trust"], out)
        return out

    # -- edge: outcome -------------------------------------------------------------------------

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Whether each payment is honest; of a stopped one that shows if somebody looks."""
        t, rows = cases.round, cases.rows
        good = (self._asked(people, rows, draws, t).kind == kernels.OWN).view(np.int8)
        looked = self._looked(people, draws, t)[rows]
        card = people.ids[rows]
        none = np.zeros(len(cases), np.bool_)
        selective = self.edges.outcome.read(~looked, none, draws, card)
        alerted = np.zeros(len(people), np.bool_)
        alerted[rows[cases.actions == 0]] = True
        prompt = self.edges.outcome.read(looked & alerted[rows], none, draws, card)
        label = np.where(selective & (cases.actions == 0), np.int8(UNKNOWN), good)
        return Outcomes(good, good.astype(np.float64), label, selective, prompt)

    def _looked(self, people: Population, draws: Draws, t: int) -> NDArray[np.bool_]:
        """(people,) whose alert of today, if there is one, investigators look into."""
        return draws.uniform(Stream.OUTCOME, t, people.ids) < self.settings.investigated

    # -- what a decision does ------------------------------------------------------------------

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """Close the day: what was counted, who is annoyed, cards that are away, and the rings."""
        t, rows = cases.round, cases.rows
        today, asked = self._day(people, draws, t), self._asked(people, rows, draws, t)
        self._count(people, today, asked, cases.actions, outcomes.label)
        self._live(people, today, asked, cases.actions, draws)
        stopped = np.flatnonzero(cases.actions == 0)
        honest = outcomes.good[stopped] == 1
        looked = self._looked(people, draws, t)[rows[stopped]]
        trust = people["trust"]
        np.subtract(1.0, (1.0 - trust) * (1.0 - self.settings.recovery), out=trust)
        np.multiply.at(trust, rows[stopped[honest]], 1.0 - self.settings.annoyance)
        away = rows[stopped[~(honest & looked)]]
        people["blocked"][away], people["back"][away] = t, t + 1 + self.settings.block
        found = stopped[looked & (asked.kind[stopped] == kernels.SKIMMED)]
        people.world["cleaned"][asked.terminal[found]] = t
        people.world["day"][0] = t + 1

    def _count(
        self, people: Population, today: Today, asked: Payments,
        actions: NDArray[np.int8], label: NDArray[np.int8],
    ) -> None:  # fmt: skip
        """What the bank counts of the day, and what it would count in an undisturbed world."""
        delay, t = self.settings.risk_delay, today.t
        came = actions * np.int8(HAPPENED) + (label != UNKNOWN) * np.int8(KNOWN)
        parts = [_counted(asked, self._spent(people, asked), came)]
        Rolling(people, "carried", delay).close(t, parts)
        parts = [
            _counted(some, some.cents, np.full(len(some), HAPPENED + KNOWN, np.int8))
            for some in (today.own, today.nature)
        ]
        Rolling(people, "natural", delay).close(t, parts)

    def _live(
        self, people: Population, today: Today, asked: Payments,
        actions: NDArray[np.int8], draws: Draws,
    ) -> None:  # fmt: skip
        """The rings hear what came of their day, and of an undisturbed one."""
        came = np.full(today.plan.shape[:2], rings.GONE, np.int8)
        if asked is today.payments:
            came.reshape(-1)[today.slots] = actions[asked.kind == kernels.RING]
        nature = people.world["natural.plan"].copy()
        work = rings.at_work(nature, self.settings.ring_activity, today.t)
        undisturbed = np.where(work, rings.PASSED, rings.GONE).astype(np.int8)
        for side, done, news in (("carried", today.plan, came), ("natural", nature, undisturbed)):
            rings.Underworld(self.settings, people, draws, side, today.t).live(done, news)

    # -- what is true --------------------------------------------------------------------------

    def measure(self, people: Population, cases: Cases, outcomes: Outcomes) -> dict[str, Any]:
        """Money, catches and false alarms of the day; see `measures`."""
        today = self._today
        if today is None or not today.is_of(people, cases.round, cases.rows):
            return {}
        return measures.of_day(today, cases)

    def truth(self, people: Population) -> dict[str, NDArray[Any]]:
        """Of everybody: `trust` (share of spending kept), and `away` (the card is blocked)."""
        return {
            "trust": self.edges.feature.read(people["trust"], np.ones(len(people))),
            "away": people["back"] > people.world["day"][0],
        }

    def pressures(self, people: Population) -> dict[str, float]:
        """What decisions did: to the euros that a ring's member is after, and to spending."""
        after = [people.world[f"{side}.plan"][:, :, rings.CENTS] for side in ("carried", "natural")]
        pressure = {"feature": float(people["trust"].mean() - 1.0)}
        if after[0].size:
            pressure["sampling"] = float(after[0].mean() - after[1].mean()) / 100.0
        return pressure


def _counted(some: Payments, cents: NDArray[np.int32], came: NDArray[np.int8]) -> tuple[Any, ...]:
    """The columns that `Rolling.close` counts."""
    return some.rows, some.terminal, cents, some.seconds, some.kind, came
