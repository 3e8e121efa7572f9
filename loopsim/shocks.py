"""Shocks: what a scenario changes in the world while a run is under way.

A recession, a new segment, a broken data pipeline: any parameter of the world may change at a
round, at once or gradually. The settings stay frozen; every round just has its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import InitErrorDetails

from loopsim.registry import there_are
from loopsim.settings import Kind, Settings, problem


class Shock(Settings):
    """One change of one world parameter."""

    at: int = Field(ge=0, description="round in which it starts")
    set: str = Field(description="key path of a world parameter, such as environment.economy")
    to: Any = Field(description="its new value")
    over: int = Field(1, ge=1, description="rounds that it takes; numbers move in equal steps")
    why: str = Field("", description="shown in the report")

    @property
    def path(self) -> tuple[str, ...]:
        """The key path within the environment."""
        return tuple(self.set.split(".")[1:])

    def problems(self, index: int, environment: Kind, rounds: int) -> Iterator[InitErrorDetails]:
        """Why this change cannot be made, each located in the scenario."""
        if self.at >= rounds:
            yield problem(("shocks", index, "at"), self.at, f"must be below rounds = {rounds}")
        wrong = self._no_target(environment)
        if wrong:
            yield problem(("shocks", index, "set"), self.set, wrong)
            return
        old = _get(environment.model_dump(mode="json"), self.path)
        if self.over > 1 and not (_number(old) and _number(self.to)):
            text = "only a number can change gradually"
            yield problem(("shocks", index, "over"), self.over, text)
            return
        try:
            self.applied(environment, self.at + self.over)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                inner = item["loc"][len(self.path) :]
                kind, context = item["type"], item.get("ctx", {})
                at = ("shocks", index, "to", *inner)
                yield problem(at, item["input"], item["msg"], kind, **context)

    def _no_target(self, environment: Kind) -> str:
        """What is wrong with the key path, or nothing."""
        if not self.set.startswith("environment."):
            return "must start with environment."
        if self.path[0] in environment.fixed:
            return "cannot change while a run is under way"
        values = environment.model_dump(mode="json")
        able = {name: value for name, value in values.items() if name not in environment.fixed}
        for end, part in enumerate(self.path, 1):
            if not isinstance(able, dict) or not able:
                whole = ".".join(("environment", *self.path[: end - 1]))
                return f"no such parameter; set {whole} as a whole"
            if part not in able:
                return f"no such parameter; {there_are(able, part)}"
            able = able[part]
        return ""

    def applied(self, environment: Kind, t: int) -> Kind:
        """The environment's settings with this change as far as it has come in round t."""
        if t < self.at:
            return environment
        values = environment.model_dump(mode="json")
        done = min(1.0, (t - self.at + 1) / self.over)
        old = _get(values, self.path)
        new = self.to if done == 1.0 else old + done * (self.to - old)
        _get(values, self.path[:-1])[self.path[-1]] = new
        return type(environment).model_validate(values)


def timeline(environment: Kind, shocks: Sequence[Shock], rounds: int) -> dict[int, Kind]:
    """Settings by round, from the first shock on; unchanged rounds share one object."""
    if not shocks:
        return {}
    table: dict[int, Kind] = {}
    now = environment
    for t in range(min(shock.at for shock in shocks), rounds):
        if any(shock.at <= t < shock.at + shock.over for shock in shocks):
            now = environment
            for shock in sorted(shocks, key=lambda s: s.at):
                now = shock.applied(now, t)
        table[t] = now
    return table


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _get(values: Any, path: Sequence[str]) -> Any:
    for part in path:
        values = values[part]
    return values
