"""Slates drawn with probabilities that climb with the scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.policies.ranking.gumbel import drawn, plackett_luce
from loopsim.policies.ranking.part import Floats, Ints, Part, not_numbers
from loopsim.policies.ranking.ranking import Ranking


@dataclass(frozen=True)
class SoftmaxPolicy(Ranking):
    """Plackett-Luce slates: each place is a softmax over the items that are left.

    P(item i in the place | places above) = exp(sᵢ/T) / Σ exp(sⱼ/T) over the items left (Luce 1959;
    Plackett 1975). Drawn at once by adding a Gumbel variate to every s/T and keeping the k highest
    (Yellott 1977; Kool, van Hoof and Welling 2019).

    Parameters
    ----------
    k, explore : see `Ranking`
    temperature : float > 0
        T, in the unit of the model's scores; towards 0 it is top-k.
    """

    name: str = "softmax"
    temperature: float = 1.0

    def rank(self, part: Part, given: Ints | None = None) -> tuple[Ints, Floats]:
        """See `Ranking.rank`.

        Exploring leaves the law of the other places a softmax over what is left: which of two items
        the Gumbel variates put first does not depend on a third one.
        """
        b, scale = part.scores.shape[0], 1.0 / self.temperature
        order, rest = np.full((b, self.k), -1), np.empty((b, 3))
        drawn(
            part.scores, part.available, part.exclude, part.ids, scale, part.keys(3), order, rest
        )  # fmt: skip
        if (order < 0).any() or not np.isfinite(rest[:, 1]).all():
            raise not_numbers()
        items, chances = part.filled(order, self.explore, given)
        among, shown = (part.values(which).astype(np.float64) * scale for which in (order, items))
        plackett_luce(order, among, items, shown, rest, self.explore, chances)
        return items, chances
