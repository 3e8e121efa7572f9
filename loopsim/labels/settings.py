"""What a scenario may say of the rounds between a decision and its label.

Labels are read at the start of a round, before its decisions: no delay is shorter than one round,
and an outcome that shows between two rounds is read at the next (rounded up).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from loopsim import registry
from loopsim.settings import Kind, Settings, Slot

if TYPE_CHECKING:
    from loopsim.labels.base import Delay


class Fixed(Kind):
    """Every label takes the same number of rounds."""

    kind: Literal["fixed"] = "fixed"
    rounds: int = Field(1, ge=1, le=1_000_000, description="rounds from decision to label")

    def build(self) -> Delay:  # type: ignore[override]
        """The delay."""
        from loopsim.labels.fixed import FixedDelay

        return FixedDelay(self.rounds)


class Lognormal(Kind):
    """Lognormal times, rounded up to whole rounds: mostly early, sometimes very late."""

    kind: Literal["lognormal"] = "lognormal"
    median: float = Field(gt=0, le=1e6, description="rounds within which half of the outcomes show")
    sigma: float = Field(
        0.75, ge=0, le=10, description="standard deviation of the logarithm of the time"
    )

    def build(self) -> Delay:  # type: ignore[override]
        """The delay."""
        from loopsim.labels.lognormal import LognormalDelay

        return LognormalDelay(self.median, self.sigma)


class Never(Kind):
    """No label ever comes back."""

    kind: Literal["never"] = "never"

    def build(self) -> Delay:  # type: ignore[override]
        """The delay."""
        from loopsim.labels.fixed import NEVER

        return NEVER


class Inner(Slot):
    """A delay inside another one, of any kind; its schema spells out simple ones, so it ends."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        simple = {"fixed", "lognormal", "never"}
        known = registry.names("delay")
        kinds = [handler(cls.__pydantic_core_schema__) for cls in (Fixed, Lognormal, Never)]
        others = {"kind": {"enum": [name for name in known if name not in simple]}}
        other = {"type": "object", "properties": others, "required": ["kind"]}
        return {"anyOf": [{"enum": known}, *kinds, other]}


InnerDelay = Annotated[Kind, Inner("delay")]


class Part(Settings):
    """One delay of a mixture and how many cases take it."""

    share: float = Field(gt=0, le=1, description="share of the cases; all shares sum to 1")
    delay: InnerDelay = Field(description="their delay")


class Mixture(Kind):
    """Each case takes one of several delays, by chance."""

    kind: Literal["mixture"] = "mixture"
    parts: tuple[Part, ...] = Field(
        (
            Part(share=0.25, delay=Lognormal(median=7.4, sigma=0.75)),
            Part(share=0.75, delay=Lognormal(median=270.0, sigma=0.75)),
        ),
        json_schema_extra={"minItems": 1},
        description="delays and their shares; left out, a mixture calibrated on credit: a quarter "
        "of the labels with a median of 7.4 rounds, the others of 270",
    )

    @field_validator("parts")
    @classmethod
    def _whole(cls, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        total = sum(part.share for part in parts)
        if abs(total - 1.0) > 1e-6:
            message = "the shares of the parts sum to {total}, not to 1"
            raise PydanticCustomError("shares", message, {"total": f"{total:g}"})
        return parts

    def build(self) -> Delay:  # type: ignore[override]
        """The delay."""
        from loopsim.labels.mixture import MixtureDelay

        shares = tuple(part.share for part in self.parts)
        return MixtureDelay(shares, tuple(part.delay.build() for part in self.parts))


class ByOutcome(Kind):
    """Good and bad outcomes take their own time: defaults show early, repayment at term."""

    kind: Literal["by-outcome"] = "by-outcome"
    good: InnerDelay = Field(Fixed(rounds=12), description="delay of good outcomes (the term)")
    bad: InnerDelay = Field(Fixed(rounds=3), description="delay of bad outcomes")

    def build(self) -> Delay:  # type: ignore[override]
        """The delay."""
        from loopsim.labels.by_outcome import ByOutcomeDelay

        return ByOutcomeDelay(good=self.good.build(), bad=self.bad.build())
