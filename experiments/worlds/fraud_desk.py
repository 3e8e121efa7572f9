"""What experiments on the fraud world share: a ledger of alerts and euros, and two ways to alert.

Only `loopsim`'s public interfaces are used: an observer and `Policy`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.environments.base import UNKNOWN
from loopsim.policies.alerts.budget import AlertBudgetPolicy
from loopsim.policies.base import Decision

AMOUNT = 0  # the first feature, euros


@dataclass
class Ledger:
    """An observer: of each day, what no ledger of loopsim's has.

    ``alert_precision`` is the share of stopped payments that were fraud, ``seen_precision`` the
    same among those that somebody looked into, ``lost_share`` the share of the day's stolen euros
    that got through.
    """

    paths: dict[str, list[float]] = field(
        default_factory=lambda: {"alert_precision": [], "seen_precision": [], "lost_share": []}
    )

    def on_round(self, sim: Any, t: int, cases: Cases, outcomes: Any) -> None:
        """The day is over."""
        stopped, fraud = cases.actions == 0, outcomes.good == 0
        seen = stopped & (outcomes.label != UNKNOWN)
        euros = np.where(fraud, cases.features[:, AMOUNT], 0.0)
        figures = (
            _ratio(fraud[stopped].sum(), stopped.sum()),
            _ratio(fraud[seen].sum(), seen.sum()),
            _ratio(euros[~stopped].sum(), euros.sum()),
        )
        for name, figure in zip(self.paths, figures, strict=True):
            self.paths[name].append(figure)


def _ratio(top: Any, bottom: Any) -> float:
    return float(top / bottom) if bottom else float("nan")


@dataclass(frozen=True)
class AtStake:
    """An alert for the cards with the most to lose: believed chance of fraud times amount."""

    cards: int
    name: str = "alerts by what is at stake"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`."""
        loss = (1.0 - cases.scores) * cases.features[:, AMOUNT]
        return _alerts(self.cards, cases, 1.0 / (1.0 + loss), draws)


@dataclass(frozen=True)
class SameForGroups:
    """As many alerts for each group of customers, whoever has the lowest scores."""

    cards: int
    groups: int
    name: str = "as many alerts for each group"

    def decide(self, cases: Cases, draws: Draws) -> Decision:
        """See `Policy.decide`."""
        actions, chances = np.ones(len(cases), np.int8), np.ones(len(cases))
        for group in range(self.groups):
            mine = np.flatnonzero(cases.group == group)
            some = Cases(cases.round, cases.rows[mine], cases.ids[mine], cases.group[mine])
            share = self.cards // self.groups
            actions[mine], chances[mine] = _alerts(share, some, cases.scores[mine], draws)
        return actions, chances


def _alerts(cards: int, cases: Cases, scores: NDArray[np.float64], draws: Draws) -> Decision:
    """Alerts for the cards with the lowest of these scores."""
    some = Cases(cases.round, cases.rows, cases.ids, cases.group, scores=scores)
    return AlertBudgetPolicy(cards).decide(some, draws)
