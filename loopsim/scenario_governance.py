"""What a scenario may say of the rules around its data, its model and its aims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from loopsim.errors import InputError
from loopsim.limits import Limit
from loopsim.objective import Objective
from loopsim.registry import there_are
from loopsim.settings import Kind, Settings

if TYPE_CHECKING:
    from loopsim.scenario import Scenario

Share = Annotated[float, Field(ge=0, le=1)]
Rate = Share | dict[str, Share]
Faults = Iterable[tuple[str, str]]


def _objective(text: str) -> str:
    try:
        return Objective.parse(text).text if text.strip() else ""
    except InputError as error:
        raise PydanticCustomError("objective", "{why}", {"why": str(error)}) from None


def _limit(text: str) -> str:
    try:
        return Limit.parse(text).text
    except InputError as error:
        raise PydanticCustomError("limit", "{why}", {"why": str(error)}) from None


class Erasure(Settings):
    """Who asks to be erased, and how long that takes."""

    ask: Rate = Field(
        default=0.0, description="chance of asking after a decision, or that chance by group"
    )
    refused: Rate | None = Field(
        default=None, description="the same after a no; null: as after any decision"
    )
    delay: int = Field(1, ge=1, le=1000, description="mean rounds from the request to the erasure")
    law: Literal["fixed", "geometric"] = Field("fixed", description="how these rounds differ")
    deadline: int | None = Field(
        None, ge=1, description="rounds after which a request that still waits is overdue"
    )
    refit: bool = Field(
        False,
        description="whether erasing rows that the live version learned from makes a refit due",
    )


class Governance(Settings):
    """Consent, retention, erasure, sensitive columns, and an objective with limits."""

    consent: Rate = Field(
        default=1.0,
        description="share of people whose rows training and monitors may keep, or by group",
    )
    retention: int | None = Field(
        None, ge=1, le=2**22, description="rounds for which a decision's rows are kept; null: all"
    )
    erasure: Erasure | None = Field(None, description="requests to be erased; null: nobody asks")
    every: int = Field(
        1, ge=1, le=1000, description="rounds between two clean-ups (retention and erasure)"
    )
    sensitive: tuple[str, ...] = Field(
        (), description="features, or group, that no model and no export sees"
    )
    objective: Annotated[str, AfterValidator(_objective)] = Field(
        "", description="a mix of figures, more is better: 'true.profit - 0.5*true.gap.approval'"
    )
    limits: tuple[Annotated[str, AfterValidator(_limit)], ...] = Field(
        (), description="such as 'observed.gap.approval <= 0.1'; every breach is an event"
    )

    def faults(self, scenario: Scenario) -> Faults:
        """Names that there are not, and parts that need what is to be kept from them."""
        yield from self._unknown_groups(scenario.environment)
        yield from self._sensitive(scenario)
        if "group" in self.sensitive:
            yield from self._needs_group(scenario)

    def rates(self) -> dict[str, Rate]:
        """Every rate that may differ by group, by key path below ``governance``."""
        held: dict[str, Rate] = {"consent": self.consent}
        if self.erasure is not None:
            held["erasure.ask"] = self.erasure.ask
            held["erasure.refused"] = {} if self.erasure.refused is None else self.erasure.refused
        return held

    def unknown_groups(self, groups: tuple[str, ...]) -> Faults:
        """Groups named in a rate that the world does not have."""
        for path, rate in self.rates().items():
            for name in rate if isinstance(rate, dict) else ():
                if name not in groups:
                    told = f"no such group; {there_are(groups, name)}"
                    yield f"governance.{path}.{name}", told

    def unknown_columns(self, features: tuple[str, ...]) -> Faults:
        """Sensitive columns that the world does not have, or all that a model could learn from."""
        for i, name in enumerate(self.sensitive):
            if name not in ("group", *features):
                told = f"no such column; {there_are(('group', *features), name)}"
                yield f"governance.sensitive.{i}", told
        if features and set(features) <= set(self.sensitive):
            yield "governance.sensitive", "no feature is left for the model"

    def _unknown_groups(self, environment: Kind) -> Faults:
        groups = getattr(environment, "groups", None)
        return self.unknown_groups(groups()) if callable(groups) else ()

    def _sensitive(self, scenario: Scenario) -> Faults:
        features = getattr(scenario.environment, "features", None)
        shown = getattr(scenario.environment, "show_group", False)
        if callable(features) and not shown:  # which adds features of its own
            yield from self.unknown_columns(tuple(features()))
        own = [name for name in self.sensitive if name != "group"]
        if own and scenario.environment.form == "slate":
            yield "governance.sensitive", f"slates have no columns but group; not {', '.join(own)}"
        for i, monitor in enumerate(scenario.monitors):
            for name in set(own) & set(getattr(monitor, "columns", ())):
                told = f"{name} is one of governance.sensitive: kept from monitors too"
                yield f"monitors.{i}.columns", told

    def _needs_group(self, scenario: Scenario) -> Faults:
        """What cannot do its work where no record says who belongs to which group."""
        kept = "the group is one of governance.sensitive"
        if getattr(scenario.environment, "show_group", False):
            yield "environment.show_group", f"shows the model the group, but {kept}"
        parts = {"policy": scenario.policy, "training.gate": scenario.training.gate}
        parts |= {f"monitors.{i}": monitor for i, monitor in enumerate(scenario.monitors)}
        for path, part in parts.items():
            if part.reads_group():
                yield path, f"{part.kind} goes by group, but {kept}"
        for name in getattr(scenario.training.rule, "metrics", tuple)():
            if _by_group(f"observed.{name}"):
                yield "training.rule.metric", f"{name} is unknown: {kept}"
        for i, text in enumerate(self.limits):
            for name in filter(_by_group, Limit.parse(text).mix.names):
                yield f"governance.limits.{i}", f"{name} is unknown: {kept}"
        for name in filter(_by_group, self.observed()):
            yield "governance.objective", f"{name} is unknown: {kept}"

    def observed(self) -> tuple[str, ...]:
        """The observed figures of the objective."""
        names = Objective.parse(self.objective).names if self.objective else ()
        return tuple(name for name in names if name.startswith("observed."))


def _by_group(name: str) -> bool:
    """Whether a figure takes knowing who belongs to which group."""
    return "[" in name or name.startswith("observed.gap.")
