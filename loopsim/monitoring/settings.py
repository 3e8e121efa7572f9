"""What a scenario may say of a monitor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from loopsim.registry import there_are
from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.features import Schema
    from loopsim.scenario import Scenario


class Watching(Kind):
    """What all monitors have in common."""

    form: ClassVar[str] = "any"
    name: str = Field(
        "", pattern=r"^[\w.\-]*$", description="its name in alarms and figures; its kind if empty"
    )

    @property
    def called(self) -> str:
        """Its name."""
        return self.name or self.kind


class Missing(Watching):
    """The share of missing values in any feature, against what the live version was fitted on."""

    kind: Literal["missing"] = "missing"
    above: float = Field(
        0.05, gt=0, le=1, description="alarm where a feature's share grew by more than this"
    )

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.missing import MissingMonitor

        return MissingMonitor(schema.names, self.above, self.called)


class Range(Watching):
    """The share of values outside the range of what the live version was fitted on."""

    kind: Literal["range"] = "range"
    above: float = Field(
        0.02, ge=0, lt=1, description="alarm where more of a feature's values are outside"
    )

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.ranges import RangeMonitor

        return RangeMonitor(schema, self.above, self.called)


class NewCategory(Watching):
    """The share of cases with a level that the live version was not fitted on."""

    kind: Literal["new-category"] = "new-category"
    above: float = Field(0.0, ge=0, lt=1, description="alarm where more of the cases have one")

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.categories import CategoryMonitor

        return CategoryMonitor(schema, self.above, self.called)


class Subgroups(Watching):
    """How often decisions were right, in every level of some columns and in their pairs."""

    kind: Literal["subgroups"] = "subgroups"
    form: ClassVar[str] = "yes-no"
    columns: tuple[str, ...] = Field(
        (), description="features, or group; empty: the group and every feature"
    )
    pairs: bool = Field(True, description="also every pair of columns")
    window: int = Field(12, ge=1, le=1000, description="rounds of labels")
    minimum: int = Field(50, ge=1, description="subgroups with fewer labels are left out")
    worse: float = Field(
        0.1, ge=0, lt=1, description="alarm where surely so much worse than everybody"
    )
    budget: float = Field(
        1.0, gt=0, lt=100, description="false alarms in 100 rounds without a difference, at most"
    )
    sample: int = Field(5000, ge=100, le=10**6, description="cases followed in a round, by hash")
    patience: int = Field(24, ge=1, le=1000, description="rounds that a label is waited for")

    def reads_group(self) -> bool:
        return not self.columns or "group" in self.columns

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """A column that there is not."""
        features = getattr(scenario.environment, "features", None)
        known = ("group", *features()) if callable(features) else self.columns
        for column in self.columns:
            if column not in known:
                yield "columns", f"no column {column!r}; {there_are(known, column)}"

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.subgroups import SubgroupsMonitor

        return SubgroupsMonitor(schema, self)
