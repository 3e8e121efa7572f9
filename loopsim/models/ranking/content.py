"""Content-based: what a user clicked says which attributes they like."""

from __future__ import annotations

from loopsim.models.ranking.beliefs import Clipped
from loopsim.models.ranking.scorers import Factors
from loopsim.models.ranking.tastes import TasteModel
from loopsim.slates import Visits


class Content(TasteModel):
    """The believed probability of a click is linear in an item's attributes, user by user."""

    name = "content"

    def scorer(self, visits: Visits) -> Factors:
        """Slopes · attributes."""
        return Factors(self.slopes(visits), self.design(visits.catalogue), Clipped())
