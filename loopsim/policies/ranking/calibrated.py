"""Slates whose kinds of items are as a user's taste is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.errors import InputError
from loopsim.kernels import compiled
from loopsim.policies.ranking.candidates import Reranking
from loopsim.policies.ranking.part import Floats, Ints, Part
from loopsim.slates import Visits

SMOOTH = 0.01  # the share of the taste mixed into the slate's, as in the paper: KL stays finite


@dataclass(frozen=True)
class CalibratedPolicy(Reranking):
    """Calibrated recommendations (Steck 2018).

    Place by place the candidate that makes (1 − trade)·Σ rᵢ − trade·KL(p ‖ q̃) highest; r is the
    score, stretched to 0 .. 1 among the visit's candidates, p the shares of attributes (genres)
    that the team knows of the user, q the mean shares of the slate's items so far, and
    q̃ = 0.99·q + 0.01·p. Attributes become shares by dividing each row by its sum. Of a user with
    only zeros nothing is known: there it is top-k.

    Parameters
    ----------
    k, explore, trade, candidates : see `Reranking`
    """

    name: str = "calibrated"

    def check(self, visits: Visits) -> None:
        """InputError where users and items are not described in the same, non-negative terms."""
        super().check(visits)
        users, items = visits.attributes, visits.catalogue.attributes
        start = f"policy.kind = {self.name}: it matches what is known of users with items, "
        if users.shape[1] != items.shape[1]:
            raise InputError(
                f"{start}and this world knows {users.shape[1]} attributes of a user but "
                f"{items.shape[1]} of an item; they must be the same ones"
            )
        for what, table in (("users", users), ("items", items)):
            if table.size and not table.min() >= 0.0:
                raise InputError(
                    f"{start}so attributes must be shares or amounts, 0 or more; those of the "
                    f"{what} go down to {table.min():g}"
                )

    def places(self, part: Part, worth: Floats, attributes: Floats) -> Ints:
        """See `Reranking.places`."""
        taste = shares(part.visits.attributes[part.at])
        places = np.empty((worth.shape[0], self.k), dtype=np.int64)
        alike(worth, shares(attributes), taste, self.trade, places)
        return places


def shares(amounts: Floats) -> Floats:
    """Each row of the last axis divided by its sum; zeros stay zeros."""
    total = amounts.sum(axis=-1, keepdims=True)
    return np.asarray(amounts / np.where(total > 0.0, total, 1.0), dtype=np.float64)


@compiled
def alike(worth: Floats, kinds: Floats, taste: Floats, trade: float, places: Ints) -> None:
    """Greedy calibration, row by row; of equals the earlier candidate.

    KL(p ‖ q̃) = Σ p·log p − Σ p·log q̃, and the first sum is the same for all candidates.
    """
    for r in range(worth.shape[0]):
        open_, total = worth[r].copy(), np.zeros(taste.shape[1])
        liked = np.flatnonzero(taste[r])
        for j in range(places.shape[1]):
            chosen, highest = 0, -np.inf
            for i in range(open_.size):
                if open_[i] == -np.inf:
                    continue
                fit = 0.0
                for g in liked:
                    share = (total[g] + kinds[r, i, g]) / (j + 1)
                    fit += taste[r, g] * np.log((1.0 - SMOOTH) * share + SMOOTH * taste[r, g])
                value = (1.0 - trade) * open_[i] + trade * fit
                if value > highest:
                    chosen, highest = i, value
            places[r, j] = chosen
            open_[chosen] = -np.inf
            total += kinds[r, chosen]
