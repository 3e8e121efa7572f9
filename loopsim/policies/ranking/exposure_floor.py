"""Slates with places kept for items that would otherwise not be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError
from loopsim.policies.ranking.part import Floats, Ints, Part
from loopsim.policies.ranking.ranking import Ranking
from loopsim.slates import Catalogue


@dataclass(frozen=True)
class ExposureFloorPolicy(Ranking):
    """The best items, but the last `places` of each slate go to some others by lot.

    All of those that are left are equally likely, so with V visits and N of them each is shown
    V·places/N times a round in expectation, whatever its score: that is the floor. Where none is
    left, the place goes to the best.

    Parameters
    ----------
    k, explore : see `Ranking`
    places : int in 0 .. k
    age : int >= 1, rounds
        An item is new for so long from the round in which it came.
    of : {"new", "small-creators", "attribute"}
        The others are new items; items of creators with few of them; items of one attribute.
    most : int >= 1
        A creator is small with up to so many items that may be shown.
    attribute : int
        The column of the catalogue's attributes that is highest in those items.
    """

    name: str = "exposure-floor"
    places: int = 1
    age: int = 10
    of: str = "new"
    most: int = 5
    attribute: int = 0

    def order(self, part: Part) -> Ints:
        """See `Ranking.order`."""
        return part.best(self.k, self.k)

    def rank(self, part: Part, given: Ints | None = None) -> tuple[Ints, Floats]:
        """See `Ranking.rank`."""
        kept = self.kept(part.visits.catalogue, part.cases.round)
        return part.filled(self.order(part), self.explore, given, kept, self.places)

    def kept(self, catalogue: Catalogue, t: int) -> NDArray[np.bool_]:
        """(m,) the items that the places are kept for."""
        there = catalogue.available
        if self.of == "new":
            return np.asarray(there & (t - catalogue.born < self.age))
        if self.of == "small-creators":
            items = np.bincount(catalogue.creator, there)
            return np.asarray(there & (items[catalogue.creator] <= self.most))
        if self.attribute >= (known := catalogue.attributes.shape[1]):
            raise InputError(f"policy.attribute = {self.attribute}: items have {known} attributes")
        return np.asarray(there & (catalogue.attributes.argmax(axis=1) == self.attribute))
