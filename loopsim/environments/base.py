"""What an environment is: the interface that every world implements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.edges import Edges
from loopsim.features import Schema
from loopsim.population import Population
from loopsim.slates import SLOTS

GOOD, BAD, UNKNOWN = 1, 0, 2


@dataclass
class Outcomes:
    """What the world answered to one round's cases: the true ledger of the round.

    Attributes
    ----------
    good : (n,) int8 array
        1 or 0: the outcome if the answer is "yes" (every action's potential outcome: a "no" has
        none), drawn for every case, whatever was decided. In a world of numbers float64: the
        outcome that no prediction has a say in.
    probability : (n,) float64 array
        The true probability of `good`; in a world of numbers its expectation.
    label : (n,) int8 array
        What can ever be known in the log: GOOD, BAD, or UNKNOWN where the action hides it. This is
        where the outcome edge is read. In a world of numbers float64, NaN where hidden.
    selective : (n,) bool array, optional
        Whose label only a "yes" reveals: it is seen with the propensity of "yes", every other label
        with certainty. None: everybody's.
    prompt : (n,) bool array, optional
        Whose label comes in the next round, whatever the scenario's delay says: somebody looked.
    signals : dict of (n,) int8 arrays
        What else comes back, by the names in the world's ``signals``: GOOD, BAD, or UNKNOWN where
        nothing does. A kind of feedback of its own, due in the next round.
    """

    good: NDArray[Any]
    probability: NDArray[np.float64]
    label: NDArray[Any]
    selective: NDArray[np.bool_] | None = None
    prompt: NDArray[np.bool_] | None = None
    signals: dict[str, NDArray[np.int8]] = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """The decider's money, in units of one loan (or one case of the same worth)."""

    gain: float = 0.1
    loss: float = 0.5
    label: float = 0.0

    @property
    def break_even(self) -> float:
        """The probability of the good outcome at which "yes" earns nothing: loss/(gain + loss)."""
        return self.loss / (self.gain + self.loss)


def form(world: Any) -> str:
    """The form of a world's decisions: ``"yes-no"``, ``"slate"`` (k items for each case), or
    ``"value"`` (a number is predicted or generated, and outcomes are numbers)."""
    return getattr(world, "form", "yes-no")


class Environment(Protocol):
    """A world. It never sees models, policies or the clock.

    More is optional:

    - ``form = "slate"``: a decision is k items and not a yes or a no; ``form = "value"``: it is a
      number, and outcomes are numbers.
    - ``signals``: names of further kinds of feedback.
    - ``lives_history = True``: `respond` is called in the rounds before round 0 as well.
    - ``ids(people, rows, t)``: the cases' own ids, where an entity can come more than once a round.
    - ``person(ids)``: the entities of the cases' own ids; consent and erasure need it.
    - ``utilities(people, rows)``: a `Scorer` of what each item truly is worth, for an oracle.
    - ``learnable(people, features)``: what a fit reads, made of the stored features.
    - ``panel(people, cases, draws, rows)``: features and labels of training rows that no decision
      had a say in, where a round's cases are not that.
    - ``measure(people, cases, outcomes)``: more true figures, (n,) values of the cases or numbers.
    - ``pressures(people)``: what is read less what is natural, by loop.

    Attributes
    ----------
    groups : names of the groups, in the order of `Cases.group`.
    schema : names of the model's features in column order, and the levels of categories.
    edges : the table of the five loops.
    money : gain, loss and cost of a label.
    settings : the world's live parameters; a shock replaces them between rounds.
    """

    groups: tuple[str, ...]
    schema: Schema
    edges: Edges
    money: Money
    settings: Any

    def populate(self, draws: Draws) -> Population:
        """Make everybody: the columns of round 0."""
        ...

    def arrivals(self, people: Population, draws: Draws, t: int) -> NDArray[np.int64]:
        """Rows of those who need a decision in round t (edge: sampling)."""
        ...

    def features(
        self, people: Population, rows: NDArray[np.int64], draws: Draws, t: int
    ) -> NDArray[np.float64]:
        """(n, d) what a model sees of `rows`, NaN where missing (edge: feature)."""
        ...

    def group(self, people: Population, rows: Any) -> NDArray[np.int8]:
        """Group index of each row."""
        ...

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """All potential outcomes; one is realised and perhaps seen (edge: outcome)."""
        ...

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """People change, in place, because of what was done to them."""
        ...

    def truth(self, people: Population) -> dict[str, NDArray[np.float64]]:
        """True per-entity quantities worth following, by name, e.g. ``{"repayment": p}`` (n,)."""
        ...


def persons(world: Any, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) the entities of case ids: of an impression its visitor, of a payment its customer."""
    if form(world) == "slate":
        ids = ids // SLOTS
    own = getattr(world, "person", None)
    whose: NDArray[np.int64] = ids if own is None else own(ids)
    return whose


def cases_of(world: Environment, people: Population, rows: NDArray[np.int64], t: int) -> Cases:
    """The cases of a round; an entity that comes more than once has an id for each time."""
    own = getattr(world, "ids", None)
    ids = people.ids[rows] if own is None else own(people, rows, t)
    return Cases(t, rows, ids, world.group(people, rows), crossing=people.crossing)
