"""What a scenario may say of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from loopsim.errors import InputError
from loopsim.registry import there_are
from loopsim.settings import Kind, OwnCode

if TYPE_CHECKING:
    from loopsim.environments.base import Money
    from loopsim.policies.base import Policy
    from loopsim.scenario import Scenario


Score = Annotated[float, Field(ge=0, le=1)]


class PolicyKind(Kind):
    """What every policy has: a share of the cases that it answers by chance, to learn from them."""

    explore: float = Field(
        0.0, ge=0, le=1, description="share of cases answered by chance, on top of the policy"
    )
    explore_yes: float = Field(
        1.0,
        ge=0,
        le=1,
        description="probability of yes among those: 1 a random acceptance slice, 0.5 ε-greedy",
    )

    def build(self, money: Money, groups: tuple[str, ...]) -> Policy:  # type: ignore[override]
        """The policy, exploring if it was asked to."""
        policy = self.make(money, groups)
        if self.explore == 0.0:
            return policy
        from loopsim.policies.exploration import Exploring

        return Exploring(policy, self.explore, self.explore_yes)

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        """The policy without exploration."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its policy")


class Threshold(PolicyKind):
    """Yes at or above a fixed score."""

    kind: Literal["threshold"] = "threshold"
    splits: ClassVar[bool] = True
    at: float = Field(
        ge=0, le=1, description="score (believed probability of good) at or above which yes"
    )

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.threshold import ThresholdPolicy

        return ThresholdPolicy(self.at, self.kind)


class BreakEven(PolicyKind):
    """Yes where the believed probability of good covers the world's gain and loss."""

    kind: Literal["break-even"] = "break-even"
    splits: ClassVar[bool] = True

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.threshold import ThresholdPolicy

        return ThresholdPolicy(money.break_even, self.kind)


class Budget(PolicyKind):
    """The highest scores of a round, up to a share or a number of its cases."""

    kind: Literal["budget"] = "budget"
    splits: ClassVar[bool] = True
    share: float | None = Field(
        None, ge=0, le=1, description="share of a round's cases that get yes (or give cases)"
    )
    cases: int | None = Field(
        None, ge=0, description="number of cases that get yes in a round (or give share)"
    )

    @model_validator(mode="after")
    def _one_limit(self) -> Budget:
        if (self.share is None) == (self.cases is None):
            raise PydanticCustomError("one_limit", "give either share or cases")
        return self

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.budget import BudgetPolicy

        return BudgetPolicy(self.share, self.cases, self.kind)


class MaxUtility(PolicyKind):
    """The most money from every group by itself: break-even, or a group's own threshold."""

    kind: Literal["max-utility"] = "max-utility"
    splits: ClassVar[bool] = True
    at: dict[str, Score] = Field(
        {}, description="threshold (score in [0, 1]) by group name, where it isn't the break-even"
    )

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        import numpy as np

        from loopsim.policies.threshold import GroupThresholdPolicy

        for path, message in self._unknown(groups):
            raise InputError(f"{path}: {message}")
        at = [self.at.get(group, money.break_even) for group in groups]
        return GroupThresholdPolicy(np.array(at, dtype=np.float64), self.kind)

    def reads_group(self) -> bool:
        return bool(self.at)

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """Names in `at` that aren't groups, where the world's settings can tell them."""
        groups = getattr(scenario.environment, "groups", None)
        return self._unknown(groups()) if callable(groups) else ()

    def _unknown(self, groups: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for name in self.at:
            if name not in groups:
                yield f"policy.at.{name}", f"no such group; {there_are(groups, name)}"


class DemographicParity(PolicyKind):
    """The most money under one selection rate for all groups."""

    kind: Literal["demographic-parity"] = "demographic-parity"

    def reads_group(self) -> bool:
        return True

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.common_rate import CommonRatePolicy

        return CommonRatePolicy(money.break_even, False, len(groups), self.kind)


class EqualOpportunity(PolicyKind):
    """The most money under one believed true positive rate for all groups."""

    kind: Literal["equal-opportunity"] = "equal-opportunity"

    def reads_group(self) -> bool:
        return True

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.common_rate import CommonRatePolicy

        return CommonRatePolicy(money.break_even, True, len(groups), self.kind)


class LogisticPolicy(PolicyKind):
    """Yes with a probability that climbs with the score."""

    kind: Literal["logistic"] = "logistic"
    splits: ClassVar[bool] = True
    at: float = Field(0.5, ge=0, le=1, description="score at which yes and no are equally likely")
    slope: float = Field(
        10.0, ge=0, le=1e6, description="change of the log-odds of yes for a whole unit of score"
    )

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.chance import LogisticPolicy as Implementation

        return Implementation(self.at, self.slope, self.kind)


class Everyone(PolicyKind):
    """Yes to everyone."""

    kind: Literal["everyone"] = "everyone"
    splits: ClassVar[bool] = True

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.chance import SharePolicy

        return SharePolicy(1.0, self.kind)


class Nobody(PolicyKind):
    """Yes to nobody (unless exploring)."""

    kind: Literal["nobody"] = "nobody"
    splits: ClassVar[bool] = True

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.chance import SharePolicy

        return SharePolicy(0.0, self.kind)


class Random(PolicyKind):
    """Yes by chance, whatever the score."""

    kind: Literal["random"] = "random"
    splits: ClassVar[bool] = True
    share: float = Field(0.5, ge=0, le=1, description="probability of yes for every case")

    def make(self, money: Money, groups: tuple[str, ...]) -> Policy:
        from loopsim.policies.chance import SharePolicy

        return SharePolicy(self.share, self.kind)


class Report(Kind):
    """The number that the model predicts is handed over as it is."""

    kind: Literal["report"] = "report"
    form: ClassVar[str] = "value"

    def build(self, money: Money, groups: tuple[str, ...]) -> Policy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.report import ReportPolicy

        return ReportPolicy()


class OwnPolicy(OwnCode):
    """A class of your own in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    form: ClassVar[str] = "any"
    name: str = Field(description="the class in it, with name and decide (and k, for slates)")

    def build(self, money: Money, groups: tuple[str, ...]) -> Any:  # type: ignore[override]
        """The policy."""
        return self.made()
