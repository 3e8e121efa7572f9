"""The fraud world whose cards are those of a file; see `rows`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loopsim.draws import Draws, Stream
from loopsim.environments.fraud.rows import Cards
from loopsim.environments.fraud.world import FraudWorld
from loopsim.population import Population

if TYPE_CHECKING:
    from loopsim.environments.fraud.rows import FraudRows


class OwnCards(FraudWorld):
    """A fraud world in which customer i is card i of the file; further ones are drawn from it."""

    def __init__(self, settings: FraudRows, strengths: dict[str, float]) -> None:
        super().__init__(settings, strengths)
        self.cards = Cards.load(settings.cards)
        self.groups = tuple(map(str, self.cards.groups))  # type: ignore[assignment]

    def populate(self, draws: Draws) -> Population:
        """The people of the world, with amounts, rates and groups of the file."""
        people = super().populate(draws)
        size = self.cards.mean.size
        any_ = (draws.uniform(Stream.PEOPLE, -1, people.ids, k=20) * size).astype(np.int64)
        row = np.where(people.ids < size, people.ids, any_)
        people["mean"], people["rate"] = self.cards.mean[row], self.cards.rate[row]
        people["group"], people["spread"] = self.cards.group[row], self.cards.spread[row]
        return people
