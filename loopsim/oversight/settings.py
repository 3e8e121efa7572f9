"""What a scenario may say of the people who review decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.settings import Kind, Settings, Slot

if TYPE_CHECKING:
    from loopsim.oversight.base import Oversight
    from loopsim.scenario import Scenario

Share = Annotated[float, Field(ge=0, le=1)]


class NoOversight(Kind):
    """Nobody reviews a decision."""

    kind: Literal["none"] = "none"
    splits: ClassVar[bool] = True

    def build(self, groups: tuple[str, ...], features: tuple[str, ...]) -> Oversight | None:  # type: ignore[override]
        """No desk."""
        return None


class Shift(Settings):
    """Some of the reviewers, for some hours of the round."""

    start: float = Field(0.0, ge=0, description="hour at which they begin")
    end: float = Field(description="hour from which they take up no more cases")
    reviewers: int = Field(ge=1, description="how many; the next of the team, in its order")

    @model_validator(mode="after")
    def _forwards(self) -> Shift:
        if self.end <= self.start:
            message = "end = {end} must be after start = {start}"
            raise PydanticCustomError("shift", message, {"end": self.end, "start": self.start})
        return self


class Service(Settings):
    """How long a look takes."""

    minutes: float = Field(6.0, gt=0, description="mean minutes")
    law: Literal["exponential", "lognormal", "fixed"] = Field(
        "exponential", description="how looks differ"
    )
    spread: float = Field(0.5, gt=0, le=5, description="sd over mean, where law is lognormal")


class Guideline(Settings):
    """One line of the reviewers' guideline: an answer wherever a feature is beyond a value."""

    feature: str
    above: float | None = Field(None, description="it says so above this value (or give below)")
    below: float | None = Field(None, description="it says so below this value (or give above)")
    answer: Literal["no", "yes"] = "no"

    @model_validator(mode="after")
    def _one_side(self) -> Guideline:
        if (self.above is None) == (self.below is None):
            raise PydanticCustomError("one_side", "give either above or below")
        return self


class Desk(Kind):
    """Reviewers at a desk with a line; who is not reached within the round gets the advice."""

    kind: Literal["desk"] = "desk"
    route: Annotated[Kind, Slot("route")] = Field(  # type: ignore[assignment]
        {"kind": "all"}, description="which cases go to the desk, and how urgent they are"
    )
    reviewers: Annotated[Kind, Slot("reviewers")] = Field(  # type: ignore[assignment]
        {"kind": "expert"}, description="who sits there"
    )
    override: Annotated[Kind, Slot("override")] = Field(  # type: ignore[assignment]
        {"kind": "advice-only"}, description="what it takes to depart from the advice"
    )
    hours: float = Field(8.0, gt=0, description="that the desk is open in a round")
    arrivals: Literal["spread", "morning"] = Field(
        "spread", description="cases come over the hours, or all of them at the start"
    )
    service: Service = Service()
    shifts: tuple[Shift, ...] = Field((), description="empty: everybody is there all the time")
    capacity: int | None = Field(
        None,
        ge=0,
        description="cases that a reviewer takes in a round; null: as time allows",
    )
    capacity_sd: float = Field(
        0.0, ge=0, le=1, description="how it differs by reviewer and round, sd over mean"
    )
    deadline: float | None = Field(
        None, gt=0, description="hours after which a case is no longer taken up; null: closing time"
    )
    double: Share = Field(
        default=0.0, description="share of reviewed cases that a second reviewer sees as well; "
        "a third one decides where they differ",
    )  # fmt: skip
    reserve: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.0, description="share of every shift kept for second looks and appeals"
    )
    appeals: Share | dict[str, Share] = Field(
        default=0.0, description="share of the refused who appeal, or that share by group"
    )
    guideline: tuple[Guideline, ...] = Field((), description="the first line that applies counts")
    wage: float = Field(0.0, ge=0, description="cost of a reviewer's hour, in units of one loan")

    def build(self, groups: tuple[str, ...], features: tuple[str, ...]) -> Oversight:  # type: ignore[override]
        """The desk; an InputError where its parts cannot work together."""
        from loopsim.oversight.desk import ReviewDesk

        for path, message in self.problems(groups, features):
            raise InputError(f"{path}: {message}")
        desk = ReviewDesk(self, groups, features)
        for path, message in self.short_of(len(desk.reviewers)):
            raise InputError(f"{path}: {message}")
        return desk

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """Names that the world does not have, where its settings can tell, and too few people."""
        known = (getattr(scenario.environment, name, None) for name in ("groups", "features"))
        groups, features = (names() if callable(names) else None for names in known)
        if groups is not None and features is not None:
            yield from self.problems(groups, features)
        if (size := getattr(self.reviewers, "size", None)) is not None:
            yield from self.short_of(size)

    def problems(self, groups: Sequence[str], features: Sequence[str]) -> Iterable[tuple[str, str]]:
        """(key path, what is wrong) with the names of groups and features."""
        for i, line in enumerate(self.guideline):
            if line.feature not in features:
                known = there_are(features, line.feature)
                yield f"oversight.guideline.{i}.feature", f"no such feature; {known}"
        for group in self.appeals if isinstance(self.appeals, dict) else ():
            if group not in groups:
                yield f"oversight.appeals.{group}", f"no such group; {there_are(groups, group)}"
        for name, names in (("route", features), ("reviewers", groups)):
            own = getattr(getattr(self, name), "problems", None)
            yield from () if own is None else own(f"oversight.{name}", names)

    def short_of(self, reviewers: int) -> Iterable[tuple[str, str]]:
        """(key path, what is wrong) with so many people."""
        needed = {
            "double": 3 * (self.double > 0),
            "override": 2 * (self.override.kind == "two-pairs"),
        }
        for name, least in needed.items():
            if reviewers < least:
                yield f"oversight.{name}", f"needs {least} reviewers; there are {reviewers}"
        rostered = sum(shift.reviewers for shift in self.shifts)
        if rostered > reviewers:
            yield "oversight.shifts", f"they need {rostered} reviewers; there are {reviewers}"
