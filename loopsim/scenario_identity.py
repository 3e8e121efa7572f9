"""What a scenario may say of the identity of predictions in the log."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from loopsim.registry import there_are
from loopsim.settings import Settings

Share = Annotated[float, Field(ge=0, le=1)]


class Identity(Settings):
    """How often the log loses whose prediction it was, and which version made it."""

    lost: Share | dict[str, Share] = Field(
        default=0.0, description="share of predictions logged without an id, or that share by group"
    )
    answer: Literal["any", "yes", "no"] = Field(
        "any", description="only predictions with this answer lose their id"
    )
    wrong_version: Share = Field(
        default=0.0,
        description="share logged under the version before, or in a canary under the other one",
    )

    @property
    def sound(self) -> bool:
        """Whether nothing is ever lost."""
        shares = self.lost.values() if isinstance(self.lost, dict) else (self.lost,)
        return not any(shares) and self.wrong_version == 0.0

    def problems(self, groups: tuple[str, ...]) -> list[tuple[str, str]]:
        """(key path, what is wrong) with the names of groups."""
        named = self.lost if isinstance(self.lost, dict) else {}
        return [
            (f"identity.lost.{name}", f"no such group; {there_are(groups, name)}")
            for name in named
            if name not in groups
        ]
