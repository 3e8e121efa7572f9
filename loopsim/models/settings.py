"""What a scenario can say about its model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from loopsim.settings import Kind, Nested, OwnCode

if TYPE_CHECKING:
    from loopsim.features import Schema
    from loopsim.scenario import Scenario

_WARM = Field(False, description="each fit starts from the champion's parameters, on all rows")
_MORE = Field(0, ge=0, description="trees that a warm start adds, where the model has trees")
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
    warm_start: bool = _WARM
    more: int = _MORE
    before: float = _BEFORE

    def build(self, schema: Schema) -> Any:
        """The unfitted model."""
        from loopsim.models.estimator import EstimatorModel
        from loopsim.models.importing import estimator

        made = estimator(self.use, self.parameters, "model")
        return EstimatorModel(
            self.use, made, schema, self.frame, self.incremental, self.before,
            warm_start=self.warm_start, more=self.more,
        )  # fmt: skip


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
    warm_start: bool = _WARM
    more: int = _MORE
    before: float = _BEFORE

    def build(self, schema: Schema) -> Any:
        """The unfitted model."""
        from loopsim.models.estimator import EstimatorModel
        from loopsim.models.importing import own

        made = own(self)
        return EstimatorModel(
            self.name, made, schema, self.frame, self.incremental, self.before, own=True,
            warm_start=self.warm_start, more=self.more,
        )  # fmt: skip


class Separate(Kind):
    """One model of the labels that came early, one of the delayed ones; their mean decides."""

    kind: Literal["separate"] = "separate"
    of: Annotated[Kind, Nested("model")] = Field(  # type: ignore[assignment]
        {"kind": "logistic"}, description="what each of the two is"
    )
    use: Literal["aggregated", "delayed", "feedback", "pooled"] = Field(
        "aggregated", description="both of them, one of them, or one model of all rows"
    )
    delay: int = Field(7, ge=1, description="rounds until a label comes that nobody looked up")
    share: float = Field(0.5, ge=0, le=1, description="of the mean: the model of early labels")

    def build(self, schema: Schema) -> Any:
        """The unfitted model."""
        from loopsim.models.separate import SeparateModel

        return SeparateModel(self.of.build(schema), self.use, self.delay, self.share)

    def faults(self, scenario: Scenario) -> Iterable[tuple[str, str]]:
        """Parts that do not learn from rows alone, and another delay than that of the labels."""
        if self.of.form not in ("yes-no", "any") or self.of.kind in ("oracle", "separate"):
            yield "model.of", f"{self.of.kind} is no model of a yes or a no that learns from labels"
        if getattr(self.of, "incremental", False):
            yield (
                "model.of.incremental",
                "must be false: which part a row is for moves with its age",
            )
        rounds = getattr(scenario.labels.delay, "rounds", None)
        if isinstance(rounds, int) and rounds != self.delay:
            yield "model.delay", f"must be labels.delay.rounds = {rounds}"
        for path, message in self.of.faults(scenario):
            yield path.replace("model", "model.of", 1), message


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
