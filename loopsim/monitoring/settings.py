"""What a scenario may say of a monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.features import Schema


class Missing(Kind):
    """The share of missing values in any feature, against what the live version was fitted on."""

    kind: Literal["missing"] = "missing"
    above: float = Field(
        0.05, gt=0, le=1, description="alarm where a feature's share grew by more than this"
    )

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The monitor."""
        from loopsim.monitoring.missing import MissingMonitor

        return MissingMonitor(schema.names, self.above)
