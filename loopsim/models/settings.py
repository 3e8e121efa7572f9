"""What a scenario can say about its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from loopsim.settings import Kind, OwnCode

if TYPE_CHECKING:
    from loopsim.features import Schema

_BEFORE = Field(0.5, ge=0, le=1, description="the score of everybody before the first fit")


class Estimator(Kind):
    """Any scikit-learn estimator or Pipeline, or one of that form, by import path."""

    kind: Literal["estimator"] = "estimator"
    use: str = Field(
        pattern=r"^\w+(\.\w+)+$",
        description="an import path, such as sklearn.linear_model.LogisticRegression",
    )
    parameters: dict[str, Any] = Field(
        default={}, description="its parameters; {use: ..., parameters: ...} makes an object"
    )
    frame: bool = Field(False, description="features as a DataFrame with names and categories")
    incremental: bool = Field(False, description="partial_fit on the new rows only")
    before: float = _BEFORE

    def build(self, schema: Schema) -> Any:
        """The unfitted model."""
        from loopsim.models.estimator import EstimatorModel
        from loopsim.models.importing import estimator

        made = estimator(self.use, self.parameters, "model")
        return EstimatorModel(self.use, made, schema, self.frame, self.incremental, self.before)


class Logistic(Kind):
    """Logistic regression on standardised numbers and one column a category (scikit-learn)."""

    kind: Literal["logistic"] = "logistic"
    C: float = Field(1.0, gt=0, description="inverse strength of the ridge penalty")
    before: float = _BEFORE

    def build(self, schema: Schema) -> Any:
        """The unfitted model."""
        from loopsim.models.estimator import EstimatorModel
        from loopsim.models.linear import logistic

        estimator = logistic(self.C, schema)
        return EstimatorModel("logistic", estimator, schema, before=self.before)


class GradientBoosting(Kind):
    """Histogram gradient boosting (scikit-learn); missing values are fine."""

    kind: Literal["gradient-boosting"] = "gradient-boosting"
    iterations: int = Field(100, ge=1, description="trees")
    learning_rate: float = Field(0.1, gt=0, le=1)
    before: float = _BEFORE

    def build(self, schema: Schema) -> Any:
        """The unfitted model."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        from loopsim.models.estimator import EstimatorModel

        estimator = HistGradientBoostingClassifier(
            max_iter=self.iterations,
            learning_rate=self.learning_rate,
            categorical_features=[schema.index(name) for name in schema.levels] or None,
        )
        return EstimatorModel("gradient-boosting", estimator, schema, before=self.before)


class OwnModel(OwnCode):
    """A class of your own in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    name: str = Field(description="the class in it, with fit and predict_proba or predict")
    frame: bool = Field(False, description="features as a DataFrame with names and categories")
    incremental: bool = Field(False, description="partial_fit on the new rows only")
    before: float = _BEFORE

    def build(self, schema: Schema) -> Any:
        """The unfitted model."""
        from loopsim.models.estimator import EstimatorModel
        from loopsim.models.importing import own

        made = own(self)
        return EstimatorModel(
            self.name, made, schema, self.frame, self.incremental, self.before, own=True
        )


class Constant(Kind):
    """The same score for everybody."""

    kind: Literal["constant"] = "constant"
    value: float = Field(0.5, ge=0, le=1, description="the score")

    def build(self, schema: Schema) -> Any:
        """The model."""
        from loopsim.models.fixed import ConstantModel

        return ConstantModel(self.value)


class Oracle(Kind):
    """Knows everybody's true probability: a control, never a model that a team could have."""

    kind: Literal["oracle"] = "oracle"

    def build(self, schema: Schema) -> Any:
        """The model."""
        from loopsim.models.fixed import OracleModel

        return OracleModel()
