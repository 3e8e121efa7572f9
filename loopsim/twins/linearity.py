"""Is the response proportional to the push? Both signs and two sizes must tell the same story."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.twins.growth import others
from loopsim.twins.statistics import Interval, ratio

SMALL, LARGE = 0.1, 0.25  # relative departures: nobody minds the one, everybody the other


@dataclass(frozen=True)
class Linearity:
    """Departures from a linear response, relative to it: estimate, low and high.

    Attributes
    ----------
    asymmetry : how much the response to up and down has in common, where it should be opposite.
    curvature : how much larger, per unit, the response to the double push is.
    """

    asymmetry: Interval
    curvature: Interval

    @property
    def verdict(self) -> str:
        """``holds``, ``fails``, or ``cannot tell``.

        It holds if both intervals lie within ±0.25, and fails if one lies beyond ±0.1 entirely.
        """
        both = (self.asymmetry, self.curvature)
        if any(low > SMALL or high < -SMALL for _, low, high in both):
            return "fails"
        holds = all(low >= -LARGE and high <= LARGE for _, low, high in both)
        return "holds" if holds else "cannot tell"


def linearity(responses: NDArray[np.float64], confidence: float = 0.95) -> Linearity:
    """Compare even and size-dependent parts of the response with its linear part.

    Parameters
    ----------
    responses : (seeds, 3, generations) float64 array
        Linear part, even part, what the double size adds; each generation is weighted by the mean
        path of the other seeds.
    """
    linear = responses[:, 0]
    if not linear.any():
        all_ = 0.0 if not responses.any() else np.inf
        return Linearity((all_, all_, all_), (0.0, 0.0, 0.0))
    weights = others(linear)
    below, even, curved = ((weights * responses[:, i]).sum(axis=1) for i in range(3))
    return Linearity(ratio(even, below, confidence), ratio(curved, below, confidence))
