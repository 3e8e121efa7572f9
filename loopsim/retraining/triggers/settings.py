"""What a scenario may say of what makes a retraining due, beside the calendar and the volume."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from loopsim.registry import there_are
from loopsim.retraining.nested import InnerRule
from loopsim.settings import Kind, OwnCode

if TYPE_CHECKING:
    from loopsim.retraining.base import RetrainingRule
    from loopsim.scenario import Scenario

Faults = Iterable[tuple[str, str]]
QUALITY = ("missing", "range", "new-category")


def monitors_of(scenario: Scenario) -> tuple[str, ...]:
    """The names of a scenario's monitors."""
    return tuple(getattr(m, "called", m.kind) for m in scenario.monitors)


class RuleKind(Kind):
    """A rule; `metrics` are the observed figures that it looks at."""

    def build(self) -> RetrainingRule:  # type: ignore[override]
        raise NotImplementedError

    def metrics(self) -> tuple[str, ...]:
        """Observed figures that must be there."""
        return ()


class Alarm(RuleKind):
    """A candidate when a monitor is alarmed."""

    kind: Literal["alarm"] = "alarm"
    monitors: tuple[str, ...] = Field((), description="names of monitors; none: any of them")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.alarms import AlarmRule

        return AlarmRule(self.monitors)

    def faults(self, scenario: Scenario) -> Faults:
        """A monitor that there is not."""
        known = monitors_of(scenario)
        if not known:
            yield "", "no monitor can be alarmed: the scenario has no monitors"
        for name in self.monitors if known else ():
            if name not in known:
                yield "monitors", f"no monitor {name!r}; {there_are(known, name)}"


class Quality(RuleKind):
    """A candidate when the data come wrong: missing, out of range, of a new category."""

    kind: Literal["quality"] = "quality"
    monitors: tuple[str, ...] = Field(QUALITY, min_length=1, description="names of such monitors")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.alarms import AlarmRule

        return AlarmRule(self.monitors)

    def faults(self, scenario: Scenario) -> Faults:
        """No monitor of the data."""
        if not set(self.monitors) & set(monitors_of(scenario)):
            yield "", f"none of its monitors is in the scenario: {', '.join(self.monitors)}"


class Drop(RuleKind):
    """A candidate when an observed figure is worse than after the last fit."""

    kind: Literal["drop"] = "drop"
    metric: str = Field(
        "auc", description="observed metric, measured (auc) or a monitor's estimate (cbpe.auc)"
    )
    by: float = Field(0.05, gt=0, description="by how much, in the metric's unit")
    over: int = Field(4, ge=1, description="first known rounds after the fit that make the level")
    rises: bool = Field(False, description="the figure is worse when it is higher (brier)")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.alarms import DropRule

        return DropRule(self.metric, self.by, self.over, self.rises)

    def metrics(self) -> tuple[str, ...]:
        return (self.metric,)


class Incident(RuleKind):
    """A candidate when an incident is declared, or a figure leaves its limits."""

    kind: Literal["incident"] = "incident"
    at: tuple[int, ...] = Field((), description="rounds in which somebody declares one")
    metric: str | None = Field(None, description="observed metric with limits")
    below: float | None = Field(None, description="it is an incident below this")
    above: float | None = Field(None, description="it is an incident above this")

    @model_validator(mode="after")
    def _something(self) -> Incident:
        limits = (self.below, self.above) != (None, None)
        if (self.metric is not None) != limits:
            raise PydanticCustomError("incident", "metric and a limit (below, above) go together")
        if self.metric is None and not self.at:
            raise PydanticCustomError("incident", "needs rounds (at), or a metric with a limit")
        return self

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.alarms import IncidentRule

        return IncidentRule(self.at, self.metric, self.below, self.above)

    def metrics(self) -> tuple[str, ...]:
        return () if self.metric is None else (self.metric,)


class Signal(RuleKind):
    """A candidate on every new signal, that is in every round in which a label came."""

    kind: Literal["signal"] = "signal"

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.alarms import SignalRule

        return SignalRule()


class Outer(RuleKind):
    """A rule made of rules: what is wrong with one of them is wrong with it."""

    def inner(self) -> dict[str, Kind]:
        """The rules inside, by key path."""
        raise NotImplementedError

    def faults(self, scenario: Scenario) -> Faults:
        for path, rule in self.inner().items():
            if hasattr(rule, "when"):
                yield path, "a rollback must be the outermost rule"
            for inside, message in rule.faults(scenario):
                yield f"{path}.{inside}".rstrip("."), message

    def metrics(self) -> tuple[str, ...]:
        rules = self.inner().values()
        return tuple(name for rule in rules for name in getattr(rule, "metrics", tuple)())


class Several(Outer):
    """A rule made of several."""

    rules: tuple[InnerRule, ...] = Field(min_length=1, description="rules")

    def inner(self) -> dict[str, Kind]:
        return {f"rules.{i}": rule for i, rule in enumerate(self.rules)}


class AnyOf(Several):
    """A candidate when one of several rules says so."""

    kind: Literal["any"] = "any"

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.combined import AnyRule

        return AnyRule(tuple(rule.build() for rule in self.rules))


class AllOf(Several):
    """A candidate when all of several rules say so in one round."""

    kind: Literal["all"] = "all"

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.combined import AllRule

        return AllRule(tuple(rule.build() for rule in self.rules))


class OneRule(Outer):
    """A rule around another one."""

    rule: InnerRule = Field(description="the rule")

    def inner(self) -> dict[str, Kind]:
        return {"rule": self.rule}


class Cooldown(OneRule):
    """Another rule, but never soon after the last fit."""

    kind: Literal["cooldown"] = "cooldown"
    rounds: int = Field(4, ge=1, description="rounds from one fit (or refused fit) to the next")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.combined import CooldownRule

        return CooldownRule(self.rounds, self.rule.build())


class Budget(OneRule):
    """Another rule, until so many candidates have been fitted."""

    kind: Literal["budget"] = "budget"
    fits: int = Field(10, ge=1, description="candidates in the whole run, refused ones too")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.combined import BudgetRule

        return BudgetRule(self.fits, self.rule.build())


class Rollback(OneRule):
    """Back to the version before the live one when a rule says so; else another rule's fits."""

    kind: Literal["rollback"] = "rollback"
    when: InnerRule = Field(description="the rule that says when to go back")

    def inner(self) -> dict[str, Kind]:
        return {"when": self.when, "rule": self.rule}

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.combined import RollbackRule

        return RollbackRule(self.when.build(), self.rule.build())


class OwnRule(OwnCode, RuleKind):
    """A function or class of your own in your own Python file, run only with --code FILE."""

    kind: Literal["file"] = "file"
    name: str = Field(description="a function (readings, t) in it, or a class with due")

    def build(self) -> RetrainingRule:  # type: ignore[override]
        from loopsim.retraining.triggers.own import OwnRule as Implementation

        found = self.found()
        rule = found(**self.parameters) if isinstance(found, type) else found
        return Implementation(self.name, rule, self.parameters)
