"""What all slate policies share: block by block, score, rank, remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.errors import InputError
from loopsim.policies.ranking import kernels
from loopsim.policies.ranking.part import Floats, Ints, Part, blocks, not_numbers, side_by_side
from loopsim.slates import Slates, Visits


@dataclass(frozen=True)
class Ranking:
    """A policy that picks each visit's slate by itself; a subclass says how in `order` or `rank`.

    Parameters
    ----------
    k : int
        Items shown to each visit.
    explore : float in [0, 1]
        Probability with which a place gets any item that is left instead, each equally likely.
    name : str
    """

    k: int
    explore: float = 0.0
    name: str = "ranking"

    def decide(self, cases: Cases, draws: Draws) -> Slates:
        """See `SlatePolicy.decide`."""
        items = np.empty((len(cases), self.k), dtype=np.int64)
        values, propensities = np.empty(items.shape), np.empty(items.shape)

        def rank(part: Part) -> None:
            items[part.at], propensities[part.at] = self.rank(part)
            values[part.at] = part.values(items[part.at])

        self._each(cases, draws, rank)
        if not np.isfinite(values).all():
            raise not_numbers()
        return Slates(items, cases.scores.believed(values), propensities)

    def chances(self, cases: Cases, items: Ints) -> Floats:
        """(n, k) chances with which this policy would show what another one has shown.

        They are what `loopsim.monitoring.off_policy.estimate` calls ``target``.

        Parameters
        ----------
        cases : Cases
            The visits, with the scores this policy would rank by.
        items : (n, k) int64 array
            Slates from the log.

        Returns
        -------
        (n, k) float64 array in [0, 1]
            Chance of the item in its place, given the places above; 0 where it, or one above, could
            not have been shown.

        Raises
        ------
        InputError
            If the slates are of another length than this policy's, or an item isn't in the
            catalogue.
        """
        if items.shape != (len(cases), self.k):
            raise InputError(f"items: shape {items.shape}; must be {(len(cases), self.k)} (n, k)")
        if items.size and not (items.min() >= 0 and items.max() < len(cases.features.catalogue)):
            raise InputError("items: some are not in the catalogue")
        chances = np.empty(items.shape)

        def judge(part: Part) -> None:
            given = np.ascontiguousarray(items[part.at], dtype=np.int64)
            chances[part.at] = np.where(part.possible(given), self.rank(part, given)[1], 0.0)

        self._each(cases, Draws(0), judge)  # a chance does not depend on what is drawn
        return chances

    def _each(self, cases: Cases, draws: Draws, work: Callable[[Part], None]) -> None:
        enough(cases.features, self.k)
        self.check(cases.features)
        for block in blocks(cases, draws):
            side_by_side(block, work)

    def check(self, visits: Visits) -> None:
        """InputError where the policy cannot work with what is known of users and items."""

    def rank(self, part: Part, given: Ints | None = None) -> tuple[Ints, Floats]:
        """(b, k) items and their propensities; or the given items and theirs."""
        return part.filled(self.order(part), self.explore, given)

    def order(self, part: Part) -> Ints:
        """(b, k) items in the policy's own order, which chance has no say in."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it orders items")


def enough(visits: Visits, k: int) -> None:
    """InputError where some visit cannot be shown k different items."""
    gone = np.empty(len(visits), dtype=np.int64)
    available = visits.catalogue.available
    kernels.excluded(visits.exclude, available, gone)
    left = available.sum() - gone
    if left.size and left.min() < k:
        raise InputError(
            f"policy.k = {k}: only {left.min()} items are left to show to some visits; make the "
            "catalogue larger, let items be repeated, or show fewer"
        )
