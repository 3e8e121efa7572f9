"""What a scenario may say of when to retrain, and on which rows."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.retraining.base import RetrainingRule
    from loopsim.retraining.gate import Gate


class NeverRule(Kind):
    """The first version stays for good."""

    kind: Literal["never"] = "never"

    def build(self) -> RetrainingRule:  # type: ignore[override]
        """The rule."""
        from loopsim.retraining.rules import NeverRule as Implementation

        return Implementation()


class Every(Kind):
    """A candidate every so many rounds."""

    kind: Literal["every"] = "every"
    rounds: int = Field(4, ge=1, description="rounds from one fit (or refused fit) to the next")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        """The rule."""
        from loopsim.retraining.rules import EveryRule

        return EveryRule(self.rounds)


class Labels(Kind):
    """A candidate whenever enough new labels have come in."""

    kind: Literal["labels"] = "labels"
    count: int = Field(10_000, ge=1, description="labels that came in since the last fit")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        """The rule."""
        from loopsim.retraining.rules import LabelsRule

        return LabelsRule(self.count)


class Window(Kind):
    """Rows that a fit reads. The settings are all of it: `loopsim.memory` keeps the rows."""

    def build(self) -> Window:  # type: ignore[override]
        """The window itself."""
        return self


class AllRows(Window):
    """Every labelled row since the beginning: memory grows with the rounds."""

    kind: Literal["all"] = "all"


class Sliding(Window):
    """Rows whose label came in lately."""

    kind: Literal["sliding"] = "sliding"
    rounds: int = Field(12, ge=1, description="rounds within which the label came in")


class Reservoir(Window):
    """A uniform sample, of fixed size, of all labelled rows so far."""

    kind: Literal["reservoir"] = "reservoir"
    rows: int = Field(50_000, ge=1, description="rows kept")


class Recency(Window):
    """Rows weighted by age: a label that came `half_life` rounds ago counts half."""

    kind: Literal["recency"] = "recency"
    half_life: float = Field(
        8.0, gt=0, le=10_000, description="rounds; weights 0.5^(age/half_life)"
    )

    @property
    def rounds(self) -> int:
        """Rounds that are kept: what has halved ten times would weigh less than a thousandth."""
        return ceil(10 * self.half_life)


class NoGate(Kind):
    """Every candidate goes live at once."""

    kind: Literal["none"] = "none"

    def build(self) -> Gate:  # type: ignore[override]
        """The gate."""
        from loopsim.retraining.gate import NoGate as Implementation

        return Implementation()
