"""What a scenario can say about a model that predicts numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from loopsim.settings import Kind

if TYPE_CHECKING:
    from loopsim.features import Schema


class NumberKind(Kind):
    """A model that predicts numbers."""

    form: ClassVar[str] = "value"
    before: float = Field(0.0, description="the prediction for everything before the first fit")

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted model."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to build its model")


class Mean(NumberKind):
    """The mean of the outcomes, whatever the features: what a performative world is tested with."""

    kind: Literal["mean"] = "mean"

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted model."""
        from loopsim.models.numbers.mean import MeanModel

        return MeanModel(self.before)


class Regressor(NumberKind):
    """Any scikit-learn regressor or Pipeline of one, by import path."""

    kind: Literal["regressor"] = "regressor"
    use: str = Field(
        "sklearn.linear_model.LinearRegression",
        pattern=r"^\w+(\.\w+)+$",
        description="an import path, such as sklearn.linear_model.Ridge",
    )
    parameters: dict[str, Any] = Field(
        default={}, description="its parameters; {use: ..., parameters: ...} makes an object"
    )

    def build(self, schema: Schema) -> Any:  # type: ignore[override]
        """The unfitted model."""
        from loopsim.models.importing import estimator
        from loopsim.models.numbers.regressor import RegressorModel

        made = estimator(self.use, self.parameters, "model")
        return RegressorModel(self.use, made, self.before)
