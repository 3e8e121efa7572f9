"""Consent: whose rows may be kept to learn from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Consent:
    """A keyed share of people, by group: the same ones whatever else happens.

    Parameters
    ----------
    share : (groups,) float64 array
    draws : Draws
    """

    def __init__(self, share: NDArray[np.float64], draws: Draws) -> None:
        self.share, self.draws = share, draws

    @property
    def asked(self) -> bool:
        """Whether anybody may withhold it."""
        return bool((self.share < 1.0).any())

    def given(self, people: Ints, group: NDArray[Any]) -> Mask:
        """(n,) whether these people have given it."""
        return self.draws.uniform(Stream.CONSENT, -1, people) < self.share[group]


def rate(value: float | dict[str, float], groups: tuple[str, ...]) -> NDArray[np.float64]:
    """(groups,) a rate of everybody, or by group; a group that is not named has 0.

    >>> rate(0.9, ("a", "b")), rate({"b": 0.5}, ("a", "b"))
    (array([0.9, 0.9]), array([0. , 0.5]))
    """
    named = value if isinstance(value, dict) else dict.fromkeys(groups, value)
    return np.array([named.get(group, 0.0) for group in groups], dtype=np.float64)
