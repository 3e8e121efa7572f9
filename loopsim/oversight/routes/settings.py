"""What a scenario may say of the cases that go to the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from loopsim import registry
from loopsim.settings import Kind, OwnCode, Slot

if TYPE_CHECKING:
    from loopsim.oversight.base import Route

Share = Annotated[float, Field(ge=0, le=1)]


class RouteKind(Kind):
    """A route: ``build(features)`` makes it."""

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        """The route."""
        raise NotImplementedError


class Everything(RouteKind):
    """Every case, in the order of arrival."""

    kind: Literal["all"] = "all"

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.chance import RandomRoute

        return RandomRoute(1.0)


class Nothing(RouteKind):
    """No case: a desk that only hears appeals."""

    kind: Literal["none"] = "none"

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.chance import RandomRoute

        return RandomRoute(0.0)


class Slice(RouteKind):
    """A random slice for audit, whatever the score."""

    kind: Literal["random"] = "random"
    share: Share = Field(default=0.05, description="share of cases")

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.chance import RandomRoute

        return RandomRoute(self.share)


class Band(RouteKind):
    """Scores in a band; those nearest to its middle first."""

    kind: Literal["band"] = "band"
    low: Share = Field(description="lowest score that is looked at")
    high: Share = Field(description="highest score that is looked at")

    @model_validator(mode="after")
    def _right_way_round(self) -> Band:
        if self.low >= self.high:
            message = "low = {low} must be below high = {high}"
            raise PydanticCustomError("band", message, {"low": self.low, "high": self.high})
        return self

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.scores import BandRoute

        return BandRoute(self.low, self.high)


class Advised(RouteKind):
    """Cases with one of the two advices, such as alerts, which are advice to say no."""

    kind: Literal["advised"] = "advised"
    answer: Literal["no", "yes"] = Field("no", description="what the policy would do")

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.scores import AdvisedRoute

        return AdvisedRoute(int(self.answer == "yes"))


class Uncertainty(RouteKind):
    """The scores nearest to a point, up to a share of the round's cases."""

    kind: Literal["uncertainty"] = "uncertainty"
    share: Share = Field(default=0.1, description="share of a round's cases")
    around: Share = Field(default=0.5, description="score at which the model knows least")

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.scores import UncertaintyRoute

        return UncertaintyRoute(self.share, self.around)


class Stakes(RouteKind):
    """The highest values of a feature (an amount), up to a share of the round's cases."""

    kind: Literal["stakes"] = "stakes"
    feature: str = Field(description="how much is at stake")
    share: Share = Field(default=0.1, description="share of a round's cases")

    def problems(self, path: str, features: Sequence[str]) -> Iterable[tuple[str, str]]:
        """A feature that the world does not have."""
        if self.feature not in features:
            known = registry.there_are(features, self.feature)
            yield f"{path}.feature", f"no such feature; {known}"

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.scores import StakesRoute

        return StakesRoute(features.index(self.feature), self.share)


class Defer(RouteKind):
    """Learning to defer: cases in which the model is likelier to err than those who review."""

    kind: Literal["defer"] = "defer"
    error: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.15, description="share of errors expected of reviewers before labels say more"
    )
    weight: float = Field(
        100.0, gt=0, description="labels that this expectation is worth as evidence"
    )
    per: Literal["team", "reviewer"] = Field(
        "team", description="one rate for all, or one each: a case goes to who errs least on it"
    )
    minimum: int = Field(
        30, ge=1, description="judged answers below which a reviewer has the team's rate"
    )
    adjudicated: Share = Field(
        default=0.0,
        description="what a look that a third reviewer decided against counts, beside outcomes",
    )

    @model_validator(mode="after")
    def _each(self) -> Defer:
        if self.adjudicated > 0.0 and self.per == "team":
            raise PydanticCustomError("defer", "adjudicated counts for per: reviewer only")
        return self

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        if self.per == "team":
            from loopsim.oversight.routes.defer import DeferRoute

            return DeferRoute(self.error, self.weight)
        from loopsim.oversight.routes.defer_each import DeferToEach

        return DeferToEach(self.error, self.weight, self.minimum, self.adjudicated)


class Inner(Slot):
    """A route inside another one; its schema spells out the single ones, so that it ends."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        single = (Everything, Nothing, Slice, Band, Advised, Uncertainty, Stakes, Defer)
        known = registry.names("route")
        kinds = [handler(kind.__pydantic_core_schema__) for kind in single]
        spelled = {kind.model_fields["kind"].default for kind in single}
        others = {"kind": {"enum": [name for name in known if name not in spelled]}}
        other = {"type": "object", "properties": others, "required": ["kind"]}
        return {"anyOf": [{"enum": known}, *kinds, other]}


class Several(RouteKind):
    """Whatever any of several routes sends; the first that does says how urgent it is."""

    kind: Literal["several"] = "several"
    of: tuple[Annotated[Kind, Inner("route")], ...] = Field(
        min_length=1, description="routes, the most urgent first"
    )

    def problems(self, path: str, features: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Those of its routes."""
        for i, route in enumerate(self.of):
            if getattr(route, "per", "team") == "reviewer":
                yield f"{path}.of.{i}.per", "deals cases out itself: it must be the only route"
            if hasattr(route, "problems"):
                yield from route.problems(f"{path}.of.{i}", features)

    def build(self, features: tuple[str, ...]) -> Route:  # type: ignore[override]
        from loopsim.oversight.routes.several import SeveralRoutes

        return SeveralRoutes([route.build(features) for route in self.of])


class OwnRoute(OwnCode, RouteKind):
    """A class of your own in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    name: str = Field(description="the class in it; see loopsim.oversight.base.Route")

    def build(self, features: tuple[str, ...]) -> Any:  # type: ignore[override]
        return self.made()
