"""What a scenario may say of reviewers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from loopsim.registry import there_are
from loopsim.settings import Kind, OwnCode, Settings

if TYPE_CHECKING:
    from loopsim.oversight.base import Reviewers

Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=0, lt=1)]
Spread = Annotated[float, Field(ge=0, le=5)]


class Dials(Settings):
    """What reviewers are like. Each dial does one thing, and none moves another one's draws."""

    count: int = Field(1, ge=1, le=1000, description="reviewers like this")
    false_alarm: Rate = Field(default=0.2, description="share of the good that they'd refuse")
    miss: Rate = Field(default=0.2, description="share of the bad that they'd let through")
    skill_sd: Spread = Field(
        default=0.0, description="how both rates differ between them, sd in log-odds"
    )
    strictness_sd: Spread = Field(
        default=0.0,
        description="how far some refuse more of both kinds, others fewer, sd in log-odds",
    )
    alpha: float = Field(
        15.0, ge=0, le=100, description="how far evidence decides: 0 is chance, 100 is a rule"
    )
    alpha_sd: float = Field(0.0, ge=0, le=50, description="how it differs between them")
    score_weight: float = Field(
        1.0, ge=0, le=10, description="weight of the model's score as evidence, where it is shown"
    )
    attention: int = Field(3, ge=0, le=100, description="features that each of them looks at")
    feature_weight: float = Field(
        0.5, ge=0, le=10, description="mean weight of such a feature, in the direction of its risk"
    )
    weight_sd: Spread = Field(
        default=0.2, description="how each weight differs between them, in its own unit"
    )
    automation: Share = Field(
        default=0.0, description="chance to follow the advice without a look, where it is shown"
    )
    habituation: Share = Field(
        default=0.0, description="how far each case in which they agreed moves that chance to 1"
    )
    anchoring: Share = Field(
        default=0.0, description="how far their log-odds move to the score's, where it is shown"
    )
    habit: Share = Field(
        default=0.0, description="chance to override whatever the evidence, where advice is shown"
    )
    group_bias: dict[str, Annotated[float, Field(ge=-20, le=20)]] = Field(
        default={}, description="suspicion of a group, added to the log-odds of a no"
    )
    consistency: Share = Field(
        default=0.0, description="chance to judge a person again as they did at first"
    )
    fatigue: float = Field(
        0.0, ge=0, le=5, description="log-odds of an error rise by this each hour of a shift"
    )
    learning: float = Field(
        0.0, ge=0, le=5,
        description="log-odds of an error fall by this times ln(1 + cases seen with a score / 100)",
    )  # fmt: skip
    adherence: Share = Field(
        default=1.0, description="chance to keep to the guideline where it says something"
    )


class OfOneKind(Dials, Kind):
    """People with the same dials, however far each of them is from the mean."""

    @property
    def size(self) -> int:
        """How many people."""
        return self.count

    def problems(self, path: str, groups: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Groups that the world does not have."""
        return _strangers(path, self, groups)

    def build(self, groups: tuple[str, ...], features: tuple[str, ...]) -> Reviewers:  # type: ignore[override]
        """The team."""
        return _team([self], groups, features)


class Expert(OfOneKind):
    """People of equal skill, with the error law of OpenL2D (Alves et al.)."""

    kind: Literal["expert"] = "expert"


class TeamOf50(OfOneKind):
    """Fifty who differ: two agree on .75 of the synthetic applicants, kappa .49 (as in FiFAR)."""

    kind: Literal["team-of-50"] = "team-of-50"
    count: int = Field(50, ge=1, le=1000, description="reviewers")
    false_alarm: Rate = Field(default=0.2, description="share of the good that they'd refuse")
    miss: Rate = Field(default=0.2, description="share of the bad that they'd let through")
    skill_sd: Spread = Field(
        default=0.45, description="how both rates differ between them, sd in log-odds"
    )
    strictness_sd: Spread = Field(
        default=0.95,
        description="how far some refuse more of both kinds, others fewer, sd in log-odds",
    )
    weight_sd: Spread = Field(
        default=0.1, description="how each weight differs between them, in its own unit"
    )
    alpha_sd: float = Field(3.5, ge=0, le=50, description="how it differs between them")


class Mixed(Kind):
    """Several kinds of people at one desk."""

    kind: Literal["mixed"] = "mixed"
    people: tuple[Dials, ...] = Field(min_length=1, description="each with a count and its dials")

    @property
    def size(self) -> int:
        """How many people."""
        return sum(some.count for some in self.people)

    def problems(self, path: str, groups: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Groups that the world does not have."""
        for i, some in enumerate(self.people):
            yield from _strangers(f"{path}.people.{i}", some, groups)

    def build(self, groups: tuple[str, ...], features: tuple[str, ...]) -> Reviewers:  # type: ignore[override]
        """The team."""
        return _team(list(self.people), groups, features)


class OwnReviewers(OwnCode):
    """A class of your own in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    name: str = Field(description="the class in it; see loopsim.oversight.base.Reviewers")

    def build(self, groups: tuple[str, ...], features: tuple[str, ...]) -> Any:  # type: ignore[override]
        """The reviewers."""
        return self.made()


def _team(people: list[Dials], groups: tuple[str, ...], features: tuple[str, ...]) -> Reviewers:
    from loopsim.oversight.reviewers.team import Team

    return Team(people, groups, len(features))


def _strangers(path: str, some: Dials, groups: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Groups in a bias that the world does not have."""
    for group in some.group_bias:
        if group not in groups:
            yield f"{path}.group_bias.{group}", f"no such group; {there_are(groups, group)}"
