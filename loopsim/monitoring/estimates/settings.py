"""What a scenario may say of estimates of performance without labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from loopsim.monitoring.settings import Watching

if TYPE_CHECKING:
    from loopsim.features import Schema


class ConfidenceBased(Watching):
    """Accuracy, precision, recall, AUC and Brier score that calibrated scores lead to expect.

    Blind to hidden concept drift: the outcome given the score.
    """

    kind: Literal["cbpe"] = "cbpe"
    form: ClassVar[str] = "yes-no"
    calibrate: Literal["fitted", "labels"] = Field(
        "fitted",
        description="on the rows that the live version was fitted on, or its decisions' labels",
    )
    minimum: int = Field(200, ge=2, description="fewer labelled rows calibrate nothing")
    metric: Literal["accuracy", "precision", "recall", "auc"] = Field(
        "accuracy", description="the estimate that may alarm"
    )
    drop: float = Field(
        0.05,
        gt=0,
        lt=1,
        description="alarm where it is so much below what the version started with",
    )

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.estimates.cbpe import CBPEMonitor, Fall

        fall = Fall(self.metric, self.drop)
        return CBPEMonitor(self.called, self.calibrate, self.minimum, fall)


class DirectLoss(Watching):
    """The Brier score that a second model, which has learned the first one's losses, expects.

    Blind to hidden concept drift: the outcome given the features.
    """

    kind: Literal["dle"] = "dle"
    form: ClassVar[str] = "yes-no"
    minimum: int = Field(200, ge=2, description="fewer labelled rows teach nothing")
    rise: float = Field(
        0.03,
        gt=0,
        lt=1,
        description="alarm where it is so much above what the version started with",
    )
    sample: int = Field(10_000, ge=30, description="cases looked at in a round, by hash")
    rows: int = Field(5000, ge=100, le=10**6, description="labelled rows learned from, at most")

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.estimates.dle import DLEMonitor

        width = len(schema.names)
        return DLEMonitor(self.called, width, self.minimum, self.rise, self.sample, self.rows)
