"""What a scenario can say about a recommender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.features import Schema


class RecommenderKind(Kind):
    """A model that scores items."""

    form: ClassVar[str] = "slate"

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to build its model")


class PopularityModel(RecommenderKind):
    """The share of clicks each item got when it was shown: the same list for everybody."""

    kind: Literal["popularity"] = "popularity"
    prior: float = Field(20.0, gt=0, description="impressions' worth of the overall mean")

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.ranking.popularity import Popularity

        return Popularity(self.prior)
