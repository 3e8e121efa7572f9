"""Cases by what is known of them: the score, or how much is at stake."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.oversight.base import Floats

TIE = -2


@dataclass(frozen=True)
class BandRoute:
    """Scores from `low` to `high`.

    >>> three = np.arange(3)
    >>> cases = Cases(0, three, three, three.astype(np.int8), scores=np.array([0.3, 0.5, 0.9]))
    >>> BandRoute(0.3, 0.7).send(cases, Draws(0))
    array([-0.2, -0. ,  nan])
    """

    low: float
    high: float

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`."""
        inside = (cases.scores >= self.low) & (cases.scores <= self.high)
        far = np.abs(cases.scores - (self.low + self.high) / 2)
        return np.where(inside, -far, np.nan)


@dataclass(frozen=True)
class AdvisedRoute:
    """Cases with this advice; those whose score supports it least come first."""

    answer: int

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`."""
        doubt = -cases.scores if self.answer == 1 else cases.scores
        return np.where(cases.actions == self.answer, doubt, np.nan)


@dataclass(frozen=True)
class UncertaintyRoute:
    """The share of the cases whose scores are nearest to `around`."""

    share: float
    around: float

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`; keyed draws choose among equally near ones."""
        return top(-np.abs(cases.scores - self.around), self.share, cases, draws)


@dataclass(frozen=True)
class StakesRoute:
    """The share of the cases with the highest values of a feature (a column)."""

    column: int
    share: float

    def send(self, cases: Cases, draws: Draws) -> Floats:
        """See `Route.send`; a case whose value is missing comes last."""
        return top(
            np.nan_to_num(cases.features[:, self.column], nan=-np.inf), self.share, cases, draws
        )


def top(urgency: Floats, share: float, cases: Cases, draws: Draws) -> Floats:
    """The urgency of the highest share of cases, rounded to whole cases; NaN for the others."""
    count = round(share * urgency.size)
    out = np.full(urgency.size, np.nan)
    if count == 0:
        return out
    least = np.partition(urgency, -count)[-count]
    sent, tied = urgency > least, np.flatnonzero(urgency == least)
    left = count - int(sent.sum())
    if left < tied.size:
        u = draws.uniform(Stream.REVIEW, cases.round, cases.ids[tied], k=TIE)
        tied = tied[np.argpartition(u, left - 1)[:left]]
    sent[tied] = True
    out[sent] = np.maximum(urgency[sent], np.finfo(float).min)
    return out
