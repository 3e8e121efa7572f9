"""What a scenario may say of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from loopsim.policies.settings import PolicyKind

if TYPE_CHECKING:
    from loopsim.environments.base import Money
    from loopsim.policies.base import Policy


class AlertBudget(PolicyKind):
    """An alert for the cards with the lowest scores of the round, so many and no more."""

    kind: Literal["alert-budget"] = "alert-budget"
    cards: int = Field(100, ge=0, description="alerts in a round, at most one a card")
    whole: bool = Field(
        False, description="an alert stops all of the card's cases of the round, not just the worst"
    )

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.alerts.budget import AlertBudgetPolicy

        return AlertBudgetPolicy(self.cards, self.whole, self.kind)
