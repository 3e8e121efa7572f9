"""What a scenario can say about a recommender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from loopsim.settings import Kind, OwnCode

if TYPE_CHECKING:
    from loopsim.features import Schema

_PRIOR = Field(30.0, gt=0, description="impressions' worth of what all users have in common")
_FACTORS = Field(32, ge=1, le=1024, description="numbers a user and an item")


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


class ItemKNN(RecommenderKind):
    """Items that those who clicked the same clicked as well (cosine of co-clicks)."""

    kind: Literal["item-knn"] = "item-knn"
    neighbours: int = Field(50, ge=1, description="nearest items that each clicked item votes for")

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.ranking.neighbours import ItemNeighbours

        return ItemNeighbours(self.neighbours)


class ContentModel(RecommenderKind):
    """Which attributes of items each user clicks on (ridge regression a user)."""

    kind: Literal["content"] = "content"
    prior: float = _PRIOR

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.ranking.content import Content

        return Content(self.prior)


class FactorsModel(RecommenderKind):
    """Matrix factorisation of clicks by alternating least squares (implicit)."""

    kind: Literal["factors"] = "factors"
    factors: int = _FACTORS
    alpha: float = Field(10.0, gt=0, description="confidence of a click; that of no click is 1")
    regularisation: float = Field(10.0, ge=0, description="ridge penalty on the factors")
    iterations: int = Field(15, ge=1)

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.ranking.factors import LeastSquares

        return LeastSquares(self.factors, self.alpha, self.regularisation, self.iterations)


class BPR(RecommenderKind):
    """Bayesian personalised ranking: clicked items above others (implicit); takes no weights."""

    kind: Literal["bpr"] = "bpr"
    factors: int = _FACTORS
    learning_rate: float = Field(0.05, gt=0)
    regularisation: float = Field(0.01, ge=0)
    iterations: int = Field(50, ge=1, description="passes over all clicks")

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.ranking.factors import PairwiseRanking

        rate = self.learning_rate
        return PairwiseRanking(self.factors, rate, self.regularisation, self.iterations)


class LinUCBModel(RecommenderKind):
    """The `content` model plus a bonus for what it knows little of: optimism explores."""

    kind: Literal["linucb"] = "linucb"
    alpha: float = Field(
        0.3, ge=0, description="size of the bonus; a click's own deviation is right"
    )
    prior: float = _PRIOR

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.ranking.bandits import LinUCB

        return LinUCB(self.alpha, self.prior)


class ThompsonModel(RecommenderKind):
    """The `content` model with tastes drawn from what they may be: chance explores."""

    kind: Literal["thompson"] = "thompson"
    spread: float = Field(
        0.3, ge=0, description="width of a draw; a click's own deviation is right"
    )
    prior: float = _PRIOR

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.ranking.bandits import Thompson

        return Thompson(self.spread, self.prior)


class PointwiseModel(RecommenderKind):
    """Any scikit-learn classifier or regressor, by import path, on user, item and place."""

    kind: Literal["pointwise"] = "pointwise"
    use: str = Field(
        pattern=r"^\w+(\.\w+)+$",
        description="an import path, such as sklearn.ensemble.HistGradientBoostingClassifier",
    )
    parameters: dict[str, Any] = Field(
        default={}, description="its parameters; {use: ..., parameters: ...} makes an object"
    )

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.importing import estimator
        from loopsim.models.ranking.pointwise import Pointwise

        return Pointwise(self.use, estimator(self.use, self.parameters, "model"))


class OwnRecommender(OwnCode, RecommenderKind):
    """A class of your own, with fit, and score or rank; run only with --code FILE."""

    kind: Literal["recommender-file"] = "recommender-file"

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted recommender."""
        from loopsim.models.importing import own
        from loopsim.models.ranking.own import OwnRecommender as Implementation

        return Implementation(self.name, own(self))


class OracleSlates(RecommenderKind):
    """Knows what every item is worth to every user: a control, never a model that a team has."""

    kind: Literal["oracle-slates"] = "oracle-slates"

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The recommender."""
        from loopsim.models.ranking.oracle import Oracle

        return Oracle()
