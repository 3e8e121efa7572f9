"""Slates with places kept for new items."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.policies.ranking.part import Floats, Ints, Part
from loopsim.policies.ranking.ranking import Ranking


@dataclass(frozen=True)
class ExposureFloorPolicy(Ranking):
    """The best items, but the last `places` of each slate go to new ones by lot.

    An item is new for `age` rounds from the one in which it came. All new items left are equally
    likely, so with V visits and N new items each is shown V·places/N times a round in expectation,
    whatever its score: that is the floor. Where no new item is left, the place goes to the best.

    Parameters
    ----------
    k, explore : see `Ranking`
    places : int in 0 .. k
    age : int >= 1, rounds
    """

    name: str = "exposure-floor"
    places: int = 1
    age: int = 10

    def order(self, part: Part) -> Ints:
        """See `Ranking.order`."""
        return part.best(self.k, self.k)

    def rank(self, part: Part, given: Ints | None = None) -> tuple[Ints, Floats]:
        """See `Ranking.rank`."""
        catalogue = part.visits.catalogue
        fresh = catalogue.available & (part.cases.round - catalogue.born < self.age)
        return part.filled(self.order(part), self.explore, given, fresh, self.places)
