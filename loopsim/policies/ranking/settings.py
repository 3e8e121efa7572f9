"""What a scenario may say of a policy that picks slates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.environments.base import Money
    from loopsim.policies.ranking.base import SlatePolicy


class SlateKind(Kind):
    """What every slate policy has."""

    form: ClassVar[str] = "slate"
    k: int = Field(10, ge=1, le=64, description="items shown to each visit")

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its policy")


class TopK(SlateKind):
    """The highest scores, best first; a share of the places is filled at random (ε-greedy)."""

    kind: Literal["top-k"] = "top-k"
    explore: float = Field(0.0, ge=0, le=1, description="share of places filled at random")

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.top_k import TopKPolicy

        return TopKPolicy(self.k, self.explore, self.kind)


class RandomSlates(SlateKind):
    """Any items that may be shown, each equally likely: the control that no model has a say in."""

    kind: Literal["random-slates"] = "random-slates"

    def build(self, money: Money, groups: tuple[str, ...]) -> SlatePolicy:  # type: ignore[override]
        """The policy."""
        from loopsim.policies.ranking.top_k import TopKPolicy

        return TopKPolicy(self.k, 1.0, self.kind)
