"""Learning to defer, from the log alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS, Cases
from loopsim.draws import Draws
from loopsim.oversight.base import Floats, Reviews

PATIENCE = 100  # rounds that an outcome is waited for: of many refusals none ever comes


class DeferRoute:
    """Cases in which the advice is likelier to be wrong than a reviewer would be.

    A yes is believed to be wrong with probability 1 − score, a no with probability score. What is
    known of reviewers is the share of wrong answers among the reviewed cases whose outcome came in,
    starting from an expectation worth `weight` labels (the mean of a Beta distribution). It is one
    number for them all; where refusals hide outcomes it is the share among those they let through.
    A rule in the spirit of Madras, Pitassi and Zemel (2018), not their joint training.

    Parameters
    ----------
    error : float in (0, 1)
    weight : float
    """

    def __init__(self, error: float, weight: float) -> None:
        self.counts = np.array([error * weight, weight])  # wrong, all
        self.open = np.empty(0, np.int64)  # predictions that were reviewed, outcome unknown

    @property
    def error(self) -> float:
        """Share of wrong answers expected of a reviewer."""
        return float(self.counts[0] / self.counts[1])

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`: priority is how much likelier the advice is to be wrong."""
        wrong = np.where(cases.actions == 1, 1.0 - cases.scores, cases.scores)
        return np.where(wrong > self.error, wrong - self.error, np.nan)

    def see_reviews(self, cases: Cases, reviews: Reviews) -> None:
        """Whose outcomes to wait for."""
        self.open = np.concatenate([self.open, cases.prediction_id[reviews.at]])

    def see_labels(self, t: int, batch: Any) -> None:
        """Outcomes that came in: were the reviewers right?"""
        mine = np.flatnonzero((batch.kind == 0) & np.isin(batch.prediction_id, self.open))
        wrong = batch.label[mine] != batch.action[mine]
        self.counts = self.counts + np.array([wrong.sum(), mine.size])
        waiting = ~np.isin(self.open, batch.prediction_id[mine])
        self.open = self.open[waiting & (self.open >> ENTITY_BITS > t - PATIENCE)]

    def state(self) -> dict[str, NDArray[Any]]:
        """For a checkpoint."""
        return {"counts": self.counts, "open": self.open}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self.counts, self.open = state["counts"], state["open"]
