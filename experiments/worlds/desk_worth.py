"""What a review desk is worth: the money that its answers add to the model's advice."""

from __future__ import annotations

from typing import Any

import numpy as np


class DeskWorth:
    """An observer; `worth` is loans' money a reviewed case, `right` the share of good answers."""

    def __init__(self) -> None:
        self.paths: dict[str, list[float]] = {"worth": [], "right": []}
        self._advised = np.empty(0)

    def on_reviews(self, sim: Any, t: int, reviews: Any, advised: Any) -> None:
        """The desk has closed: keep what the model had advised."""
        self._advised = advised

    def on_round(self, sim: Any, t: int, cases: Any, outcomes: Any) -> None:
        """A loan that the desk added earns or loses; one that it refused would have."""
        at = np.flatnonzero(cases.reviewed)
        if not at.size:
            self.paths["worth"].append(np.nan)
            self.paths["right"].append(np.nan)
            return
        money = sim.world.money
        loan = np.where(outcomes.good[at] == 1, money.gain, -money.loss)
        changed = cases.actions[at].astype(float) - self._advised[at]
        self.paths["worth"].append(float((changed * loan).mean()))
        self.paths["right"].append(float((cases.actions[at] == outcomes.good[at]).mean()))
