"""What a scenario may say of drift monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from loopsim.monitoring.settings import Watching

if TYPE_CHECKING:
    from loopsim.features import Schema


class Drift(Watching):
    """What all drift monitors have in common.

    The budget is kept on average over references. Against a fixed one (fitted, start) false alarms
    come in clusters: a reference that is odd by chance stays odd until the next version.
    """

    of: Literal["features", "scores", "labels"] = Field("features", description="what is watched")
    against: Literal["fitted", "start", "trailing"] = Field(
        "trailing",
        description="what is usual: the rows that the live version was fitted on (where they were "
        "selected, that alone is a difference), the first rounds that it served, or the rounds "
        "before the last",
    )
    window: int = Field(4, ge=1, le=100, description="rounds of start or trailing")
    sample: int = Field(1000, ge=30, le=100_000, description="cases looked at in a round, by hash")
    budget: float = Field(
        1.0, gt=0, le=100, description="false alarms in 100 rounds without a change, at most"
    )
    control: Literal["bonferroni", "holm", "bh"] = Field(
        "holm", description="how the columns share that: Bonferroni, Holm, Benjamini and Hochberg"
    )
    least: float = Field(0.0, ge=0, description="a smaller distance is no alarm")
    #: The distance's name in `loopsim.monitoring.drift.distances`.
    distance: ClassVar[str] = ""

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.drift import compare, distances
        from loopsim.monitoring.drift.columns import Columns

        columns = Columns(self.of, schema)
        distance = getattr(distances, self.distance)
        return self._monitor(columns, compare.by_column(distance, columns.levels), columns.names)

    def _monitor(self, columns: Any, compare: Any, tested: tuple[str, ...]) -> Any:
        from loopsim.monitoring.drift.monitor import DriftMonitor, Limits
        from loopsim.monitoring.drift.reference import Reference

        by_version = columns.of in ("scores", "margins")
        width = len(columns.names)
        usual = Reference(self.against, self.window, self.sample, width, by_version)
        limits = Limits(self.budget, self.control, self.least)
        return DriftMonitor(self.called, columns, compare, tested, usual, limits, self.sample)

    @property
    def called(self) -> str:
        """Its name; the features' monitor is called as its kind."""
        of = "" if self.of == "features" else f".{self.of}"
        return self.name or f"{self.kind}{of}"


class KolmogorovSmirnov(Drift):
    """The largest distance between two distribution functions (categories: between shares)."""

    kind: Literal["ks"] = "ks"
    distance: ClassVar[str] = "ks"


class StabilityIndex(Drift):
    """Population stability index over tenths of what is usual."""

    kind: Literal["psi"] = "psi"
    least: float = Field(0.1, ge=0, description="a smaller index is no alarm")
    distance: ClassVar[str] = "psi"


class Wasserstein(Drift):
    """How far values have moved on average, in their usual standard deviations."""

    kind: Literal["wasserstein"] = "wasserstein"
    sample: int = Field(500, ge=30, le=20_000, description="cases looked at in a round, by hash")
    distance: ClassVar[str] = "wasserstein"


class JensenShannon(Drift):
    """Jensen–Shannon distance over tenths of what is usual."""

    kind: Literal["jensen-shannon"] = "jensen-shannon"
    distance: ClassVar[str] = "jensen_shannon"


class Discrepancy(Drift):
    """Maximum mean discrepancy: one kernel test of all columns at once."""

    kind: Literal["mmd"] = "mmd"
    sample: int = Field(500, ge=30, le=5000, description="cases looked at in a round, by hash")

    def build(self, schema: Schema) -> Any:
        """The monitor."""
        from loopsim.monitoring.drift.columns import Columns
        from loopsim.monitoring.drift.compare import at_once

        columns = Columns(self.of, schema)
        return self._monitor(columns, at_once(columns.levels, self.sample), (self.of,))


class Confidence(Drift):
    """The mean margin |2·score − 1|, against the usual one (Welch's test)."""

    kind: Literal["confidence"] = "confidence"
    form: ClassVar[str] = "yes-no"
    of: Literal["margins"] = Field("margins", description="the only choice")  # type: ignore[assignment]
    distance: ClassVar[str] = "mean"

    @property
    def called(self) -> str:
        """Its name."""
        return self.name or self.kind
