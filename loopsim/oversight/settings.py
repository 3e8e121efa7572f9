"""What a scenario may say of the people who review decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.oversight.base import Oversight


class NoOversight(Kind):
    """Nobody reviews a decision."""

    kind: Literal["none"] = "none"

    def build(self, groups: tuple[str, ...], features: tuple[str, ...]) -> Oversight | None:  # type: ignore[override]
        """No desk."""
        return None
