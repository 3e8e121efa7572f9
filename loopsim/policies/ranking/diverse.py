"""Slates of items that differ from one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.kernels import compiled
from loopsim.policies.ranking.candidates import Reranking
from loopsim.policies.ranking.part import Floats, Ints, Part


@dataclass(frozen=True)
class DiversePolicy(Reranking):
    """Maximal marginal relevance (Carbonell and Goldstein 1998).

    Place by place the candidate i with the highest (1 − trade)·rᵢ − trade·max cos(i, j) over the
    items j above it; r is the score, stretched to 0 .. 1 among the visit's candidates, and cos that
    of the items' attributes (0 for an item without any). With ``trade`` 0 it is top-k.

    Parameters
    ----------
    k, explore, trade, candidates : see `Reranking`
    """

    name: str = "diverse"

    def places(self, part: Part, worth: Floats, attributes: Floats) -> Ints:
        """See `Reranking.places`."""
        length = np.linalg.norm(attributes, axis=2, keepdims=True)
        directions = attributes / np.where(length > 0.0, length, 1.0)
        places = np.empty((worth.shape[0], self.k), dtype=np.int64)
        apart(worth, directions, self.trade, places)
        return places


@compiled
def apart(worth: Floats, directions: Floats, trade: float, places: Ints) -> None:
    """Greedy maximal marginal relevance, row by row; of equals the earlier candidate."""
    for r in range(worth.shape[0]):
        open_, near = worth[r].copy(), np.zeros(worth.shape[1])
        for j in range(places.shape[1]):
            chosen, highest = 0, -np.inf
            for i in range(open_.size):
                value = (1.0 - trade) * open_[i] - trade * near[i]
                if open_[i] > -np.inf and value > highest:
                    chosen, highest = i, value
            places[r, j] = chosen
            open_[chosen] = -np.inf
            for i in range(near.size):
                cosine = 0.0
                for g in range(directions.shape[2]):
                    cosine += directions[r, i, g] * directions[r, chosen, g]
                near[i] = cosine if j == 0 else max(near[i], cosine)
