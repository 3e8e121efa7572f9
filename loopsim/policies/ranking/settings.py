"""What a scenario may say of a policy that picks slates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.environments.base import Money
    from loopsim.policies.ranking.base import SlatePolicy
    from loopsim.scenario import Scenario


class SlateKind(Kind):
    """What every slate policy has."""

    form: ClassVar[str] = "slate"
    k: int = Field(10, ge=1, le=64, description="items shown to each visit")

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its policy")


class RandomSlates(SlateKind):
    """Any items that may be shown, each equally likely: the control that no model has a say in."""

    kind: Literal["random-slates"] = "random-slates"

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.top_k import TopKPolicy

        return TopKPolicy(self.k, 1.0, self.kind)


class ExploringKind(SlateKind):
    """What a policy that looks at scores has: a share of the places left to chance."""

    explore: float = Field(0.0, ge=0, le=1, description="share of places filled at random")


class TopK(ExploringKind):
    """The highest scores, best first; a share of the places is filled at random (ε-greedy)."""

    kind: Literal["top-k"] = "top-k"

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.top_k import TopKPolicy

        return TopKPolicy(self.k, self.explore, self.kind)


class Softmax(ExploringKind):
    """Items drawn with chances that climb with their scores (Plackett-Luce)."""

    kind: Literal["softmax"] = "softmax"
    temperature: float = Field(
        0.1,
        ge=1e-6,
        le=1e6,
        description="difference in score that makes an item e times as likely, in the model's unit",
    )

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.softmax import SoftmaxPolicy

        return SoftmaxPolicy(self.k, self.explore, self.kind, self.temperature)


class RerankingKind(ExploringKind):
    """What a policy that re-orders the best candidates has."""

    trade: float = Field(0.5, ge=0, le=1, description="weight of it against relevance")
    candidates: int = Field(100, ge=1, le=1000, description="best items to choose from")

    @model_validator(mode="after")
    def _some_choice(self) -> RerankingKind:
        if self.candidates < self.k:
            raise PydanticCustomError(
                "few_candidates",
                "candidates = {c}: must be at least k = {k}",
                {"c": self.candidates, "k": self.k},
            )
        return self


class Diverse(RerankingKind):
    """Items unlike those above them (maximal marginal relevance)."""

    kind: Literal["diverse"] = "diverse"
    trade: float = Field(
        0.3, ge=0, le=1, description="weight of unlikeness; relevance weighs the rest, 0 is top-k"
    )

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.diverse import DiversePolicy

        return DiversePolicy(self.k, self.explore, self.kind, self.trade, self.candidates)


class Calibrated(RerankingKind):
    """Kinds of items in the shares in which the user is known to like them (Steck 2018)."""

    kind: Literal["calibrated"] = "calibrated"
    trade: float = Field(
        0.5, ge=0, le=1, description="weight of calibration; relevance weighs the rest, 0 is top-k"
    )

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.calibrated import CalibratedPolicy

        return CalibratedPolicy(self.k, self.explore, self.kind, self.trade, self.candidates)


class ExposureFloor(ExploringKind):
    """The highest scores, and the last places of each slate for items of a kind, by lot."""

    kind: Literal["exposure-floor"] = "exposure-floor"
    places: int = Field(1, ge=0, le=64, description="places of each slate kept for such items")
    of: Literal["new", "small-creators", "attribute"] = Field(
        "new", description="which: new ones, those of creators with few, those of one attribute"
    )
    age: int = Field(10, ge=1, description="rounds for which an item is new")
    most: int = Field(5, ge=1, description="items with which a creator is small")
    attribute: int = Field(0, ge=0, description="column of the attribute (a genre), from 0")

    @model_validator(mode="after")
    def _fits(self) -> ExposureFloor:
        if self.places > self.k:
            raise PydanticCustomError(
                "many_places",
                "places = {p}: must be at most k = {k}",
                {"p": self.places, "k": self.k},
            )
        return self

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.exposure_floor import ExposureFloorPolicy

        return ExposureFloorPolicy(
            self.k, self.explore, self.kind, self.places, self.age, self.of, self.most,
            self.attribute,
        )  # fmt: skip

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """An attribute that items do not have."""
        yield from super().faults(scenario)
        there = getattr(getattr(scenario.environment, "population", None), "genres", None)
        if self.of == "attribute" and there is not None and self.attribute >= there:
            text = f"items have {there} attributes (environment.population.genres): at most"
            yield "policy.attribute", f"{text} {there - 1}"
