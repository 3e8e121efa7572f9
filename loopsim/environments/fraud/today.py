"""The running day: what is asked today, and what would be in an undisturbed world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.environments.fraud.day import Payments, Threats
from loopsim.population import Population


@dataclass(frozen=True)
class Today:
    """Made anew every day from people and draws, so a checkpoint does without it.

    Attributes
    ----------
    people, t : whose day it is, and which
    threats : since when terminals, card numbers and customers are in criminals' hands
    own, nature : Payments
        Of an undisturbed world: customers' own, and the rings' with their cards.
    payments : Payments
        Those that are asked, as the sampling edge reads them.
    plan : (rings, members, 7) int64
        What the rings do today, as it reads them; see `rings`.
    slots : (r,) int64
        Which member, in the flat plan, each of the rings' payments is from.
    """

    people: Population
    t: int
    threats: Threats
    own: Payments
    nature: Payments
    payments: Payments
    plan: NDArray[np.int64]
    slots: NDArray[np.int64]

    def is_of(self, people: Population, t: int, rows: NDArray[np.int64] | None = None) -> bool:
        """Whether it is this day of these people, and `rows` are those of all its payments."""
        if self.people is not people or self.t != t:
            return False
        mine = self.payments.rows
        return rows is None or rows is mine or np.array_equal(rows, mine)
