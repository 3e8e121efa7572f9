"""Places in a workshop: who gets one learns from it, who is refused loses heart and skill.

A world to start from. It has all that a world needs; change it a method at a time, and run its test
after each. The rules that keep its twins exact are few:

- every random number comes from `draws`, keyed by a stream, the round and the entity's id;
- what decisions made of a thing (`carried`) is kept beside what it would be without them
  (`natural`), and only an edge's `read` chooses between them;
- nothing but `respond` changes people, and people hold all that changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loopsim import Cases, Draws, Edge, Edges, Population
from loopsim.draws import Stream
from loopsim.environments.base import UNKNOWN, Money, Outcomes
from loopsim.features import Schema

# Say for each loop what flows when it is closed and what flows instead when it is cut.
EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="whose latest answer was a refusal applies half as often",
        cut="everybody applies as often as anybody",
        blend="share",
        keeps_rows=False,
    ),
    outcome=Edge(
        "outcome",
        closed="whether a refused person would have finished is never seen",
        cut="it is seen of everybody, as if all had got a place",
        blend="share",
    ),
    feature=Edge(
        "feature",
        closed="a place raises a person's skill, a refusal lowers it",
        cut="skill stays as it was in round 0",
    ),
    model=Edge(
        "model",
        closed="training reads the people to whom earlier versions gave a place",
        cut="training reads as many people, drawn without regard to decisions",
        blend="share",
    ),
    oversight=Edge(
        "oversight", closed="no person reviews a decision", cut="the same", blend="share"
    ),
)


class Template:
    """People with a skill that a test measures with noise; skill decides who finishes.

    Parameters
    ----------
    people : int
    lesson : float
        What a place adds to a person's skill (its standard deviation in round 0 is 1).
    refusal : float
        What a refusal takes from it.
    noise : float
        Standard deviation of the test's noise.
    """

    name = "template"
    groups = ("town", "country")
    schema = Schema(("test",))
    money = Money(gain=0.5, loss=0.5)  # of one who finishes, of one who does not
    edges = EDGES
    settings: Any = None

    def __init__(
        self, people: int = 2000, lesson: float = 0.2, refusal: float = 0.1, noise: float = 0.5
    ) -> None:
        self.people, self.lesson, self.refusal, self.noise = people, lesson, refusal, noise

    def populate(self, draws: Draws) -> Population:
        """Everybody, before round 0 (their draws are keyed by round -1)."""
        ids = np.arange(self.people)
        country = draws.uniform(Stream.PEOPLE, -1, ids, k=1) < 0.4
        skill = draws.normal(Stream.PEOPLE, -1, ids) - 0.5 * country
        return Population(
            ids,
            group=country.astype(np.int8),
            carried=skill,
            natural=skill.copy(),
            refused=np.zeros(ids.size, dtype=bool),
        )

    def group(self, people: Population, rows: Any) -> Any:
        """The place of each row's group in `groups`."""
        return people["group"][rows]

    def arrivals(self, people: Population, draws: Draws, t: int) -> Any:
        """Who applies in round t (edge: sampling)."""
        u = draws.uniform(Stream.ARRIVAL, t, people.ids)
        shy = u < np.where(people["refused"], 0.15, 0.3)
        return np.flatnonzero(self.edges.sampling.read(shy, u < 0.3, draws, people.ids))

    def skill(self, people: Population) -> Any:
        """Everybody's skill as it is read (edge: feature)."""
        return self.edges.feature.read(people["carried"], people["natural"])

    def features(self, people: Population, rows: Any, draws: Draws, t: int) -> Any:
        """(n, 1) what the model sees of the applicants: the test."""
        noise = draws.normal(Stream.FEATURE, t, people.ids[rows])
        return (self.skill(people)[rows] + self.noise * noise)[:, None]

    def outcomes(self, people: Population, cases: Cases, draws: Draws) -> Outcomes:
        """Who would finish, drawn for all whatever was decided, and who is seen (edge: outcome)."""
        probability = 1 / (1 + np.exp(-2 * self.skill(people)[cases.rows]))
        u = draws.uniform(Stream.OUTCOME, cases.round, cases.ids)
        good = (u < probability).astype(np.int8)
        selective = self.edges.outcome.inside(draws, cases.ids)
        label = np.where(selective & (cases.actions == 0), UNKNOWN, good).astype(np.int8)
        return Outcomes(good, probability, label, selective)

    def respond(self, people: Population, cases: Cases, outcomes: Outcomes, draws: Draws) -> None:
        """People change, in place, because of what was done to them."""
        yes = cases.actions == 1
        people["carried"][cases.rows] += np.where(yes, self.lesson, -self.refusal)
        people["refused"][cases.rows] = ~yes

    def truth(self, people: Population) -> dict[str, Any]:
        """(people,) what is worth following over everybody; the ledger has its means by group."""
        return {"skill": self.skill(people)}
