"""College admission with gaming: coaching lifts a test score towards last year's cutoff.

A row is a seat in a final class; every year another student sits there. Nobody changes: what last
year's decisions leave behind is one published number, the lowest test score that was admitted.
"""

import numpy as np

from loopsim import Edge, Edges, Population
from loopsim.draws import Stream
from loopsim.environments.base import UNKNOWN, Money, Outcomes
from loopsim.features import Schema

EDGES = Edges(
    sampling=Edge(
        "sampling",
        closed="who is far below last year's cutoff does not apply",
        cut="everybody applies",
        blend="share",
        keeps_rows=False,
    ),
    outcome=Edge(
        "outcome",
        closed="whether a refused student would have graduated is never seen",
        cut="it is seen of everybody, as if all had been admitted",
        blend="share",
    ),
    feature=Edge(
        "feature",
        closed="who is within reach of last year's cutoff is coached to pass it",
        cut="everybody sits the test as they are",
    ),
    model=Edge(
        "model",
        closed="training reads the students whom earlier versions admitted",
        cut="training reads as many students, drawn without regard to decisions",
        blend="share",
    ),
    oversight=Edge("oversight", closed="nobody reviews", cut="nobody reviews", blend="share"),
)
NO_CUTOFF = -9.0  # before the first admission: far below any score


class Admission:
    """Ability decides who graduates; the college sees a test, and the test can be coached.

    Parameters
    ----------
    students : int
        In a year.
    reach : pair of float
        By group, how far coaching can lift a score, in standard deviations of ability.
    despair : float
        Who scores further than this below the cutoff does not apply.
    noise : float
        Standard deviation of the test's noise.
    """

    name = "admission"
    groups = ("coached", "uncoached")
    schema = Schema(("test",))
    money = Money(gain=0.5, loss=0.5)  # of a graduate, of a student who drops out
    edges = EDGES
    settings = None

    def __init__(self, students=2000, reach=(1.0, 0.2), despair=1.5, noise=0.4):
        self.students, self.reach = students, np.array(reach)
        self.despair, self.noise = despair, noise

    def populate(self, draws):
        ids = np.arange(self.students)
        uncoached = draws.uniform(Stream.PEOPLE, -1, ids, k=1) < 0.5
        people = Population(ids, group=uncoached.astype(np.int8))
        people.world["cutoff"] = np.array(NO_CUTOFF)
        return people

    def group(self, people, rows):
        return people["group"][rows]

    def ability(self, people, rows, draws, t):
        return draws.normal(Stream.PEOPLE, t, people.ids[rows], k=2)

    def honest(self, people, rows, draws, t):
        noise = draws.normal(Stream.FEATURE, t, people.ids[rows])
        return self.ability(people, rows, draws, t) + self.noise * noise

    def arrivals(self, people, draws, t):
        test = self.honest(people, slice(None), draws, t)
        hope, all_ = test > people.world["cutoff"] - self.despair, np.ones(len(people), dtype=bool)
        return np.flatnonzero(self.edges.sampling.read(hope, all_, draws, people.ids))

    def features(self, people, rows, draws, t):
        test = self.honest(people, rows, draws, t)
        short = people.world["cutoff"] + 0.1 - test  # a little above last year's, to be safe
        within = (short > 0) & (short <= self.reach[people["group"][rows]])
        return self.edges.feature.read(np.where(within, test + short, test), test)[:, None]

    def outcomes(self, people, cases, draws):
        ability = self.ability(people, cases.rows, draws, cases.round)
        probability = 1 / (1 + np.exp(-2 * ability))
        u = draws.uniform(Stream.OUTCOME, cases.round, cases.ids)
        good = (u < probability).astype(np.int8)
        selective = self.edges.outcome.inside(draws, cases.ids)
        label = np.where(selective & (cases.actions == 0), UNKNOWN, good).astype(np.int8)
        return Outcomes(good, probability, label, selective)

    def respond(self, people, cases, outcomes, draws):
        if (cases.actions == 1).any():
            lowest = cases.features[cases.actions == 1, 0].min()
            people.world["cutoff"] = np.array(lowest)

    def measure(self, people, cases, outcomes):
        return {"ability": np.log(outcomes.probability / (1 - outcomes.probability)) / 2}

    def truth(self, people):
        return {"cutoff": np.full(len(people), float(people.world["cutoff"]))}
