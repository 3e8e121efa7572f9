"""What a scenario can say about the fraud world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from loopsim.settings import Kind, Settings

if TYPE_CHECKING:
    from loopsim.environments.fraud.world import FraudWorld
    from loopsim.scenario import Scenario

Share = Annotated[float, Field(ge=0, le=1)]

#: Customers by their mean amount, a third each.
GROUPS = ("low", "middle", "high")
WINDOWS = (1, 7, 30)
FEATURES = (
    "amount",
    "weekend",
    "night",
    *(f"customer_{what}_{days}" for days in WINDOWS for what in ("count", "mean")),
    *(f"terminal_{what}_{days}" for days in WINDOWS for what in ("count", "risk")),
)


class Worth(Settings):
    """Money of one transaction, in units of a mean one (52.50 €)."""

    gain: float = Field(0.02, gt=0, description="fee earned on an honest transaction")
    loss: float = Field(1.0, gt=0, description="lost with a fraudulent one")
    label: float = Field(0.0, ge=0, description="cost of learning one outcome")


class Fraud(Kind):
    """Card payments and those who steal: what is stopped never shows whether it was fraud."""

    kind: Literal["fraud"] = "fraud"
    fixed: ClassVar[tuple[str, ...]] = (
        "kind", "customers", "terminals", "radius", "activity", "rings", "members", "risk_delay",
        "money",
    )  # fmt: skip

    customers: int = Field(5000, ge=1, lt=2**31, description="cards in the world")
    terminals: int = Field(10_000, ge=1, lt=2**31, description="places where they pay")
    radius: float = Field(
        5.0, gt=0, le=150, description="a customer's terminals lie within it, on a 100 x 100 square"
    )
    activity: float = Field(
        4.0, gt=0, le=50, description="largest mean number of a customer's payments in a day"
    )
    large: float = Field(220.0, gt=0, description="an amount above this many euros is fraud")
    skimmed: Share = Field(
        default=2e-4, description="share of terminals that become compromised in a day"
    )
    skimmed_days: int = Field(28, ge=1, le=365, description="days that this lasts")
    stolen: Share = Field(
        default=6e-4, description="share of cards whose number is stolen in a day"
    )
    stolen_days: int = Field(14, ge=1, le=365, description="days that thieves use it")
    scams: Share = Field(
        default=4e-4, description="share of customers who are talked into paying, in a day"
    )
    scam_days: int = Field(5, ge=1, le=365, description="days that they pay the scammer")
    rings: int = Field(8, ge=0, le=1000, description="fraud rings that learn what passes")
    members: int = Field(5, ge=1, le=100, description="members of a ring, one stolen card each")
    ring_activity: Share = Field(default=1.0, description="share of the rings that are at work")
    noticed: int = Field(
        10, ge=1, description="days until a cardholder notices what a ring does with the card"
    )
    patience: float = Field(
        0.5, gt=0, description="a ring moves on once so many a member were caught lately"
    )
    investigated: Share = Field(
        default=0.5, description="share of the alerts that investigators look into the same day"
    )
    block: int = Field(3, ge=0, description="days that a stopped card is away")
    annoyance: Share = Field(
        default=0.3, description="share of spending that a customer takes away after a false alarm"
    )
    recovery: Share = Field(
        default=0.02, description="share of the lost spending that comes back in a day"
    )
    risk_delay: int = Field(
        7, ge=1, le=365, description="age in days of the youngest labels in a terminal's risk"
    )
    money: Worth = Worth()

    def build(self, strengths: dict[str, float]) -> FraudWorld:
        """The world, with its loops at these strengths."""
        from loopsim.environments.fraud.world import FraudWorld

        return FraudWorld(self, strengths)

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """Risk features from labels that nobody has yet."""
        rounds = getattr(scenario.labels.delay, "rounds", None)
        if isinstance(rounds, int) and rounds > self.risk_delay:
            yield (
                "environment.risk_delay",
                f"must be at least labels.delay.rounds = {rounds}: a terminal's risk is made of "
                "labels that the bank has",
            )

    def features(self) -> tuple[str, ...]:
        """The features of the world, without making anybody."""
        return FEATURES

    def groups(self) -> tuple[str, ...]:
        """The groups of the world, without making anybody."""
        return GROUPS
