"""The space of a search: parameters of a scenario, and which of them count where.

A parameter under a kind that is searched too counts only where the chosen kind has it: of
``policy=break-even,threshold`` and ``policy.at=0.5:0.9``, a break-even policy has no ``at``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

from loopsim.errors import InputError
from loopsim.registry import nearest
from loopsim.scenario import Scenario
from loopsim.scenario_file import Source
from loopsim.scenario_keys import class_at, spec_at
from loopsim.studies.parameters import Choice, Parameter, made, read
from loopsim.studies.sweep.grid import told_point

Over: TypeAlias = Mapping[str, Any] | Iterable[str]
MOST = 256  # combinations of values that are checked before anything runs


@dataclass(frozen=True)
class Space:
    """Parameters of a scenario; those above others come first.

    Attributes
    ----------
    scenario : Scenario
    parameters : tuple of Range or Choice
    """

    scenario: Scenario
    parameters: tuple[Parameter, ...]

    @classmethod
    def of(cls, scenario: Scenario, over: Over) -> Space:
        """The space that somebody asks for.

        Parameters
        ----------
        scenario : Scenario
        over : mapping from key path to a tuple (low, high) or a list of values, or str
            ``{"policy.explore": (0, 0.2), "training.rule.rounds": [1, 2, 4, 8]}``; or texts such as
            ``"policy.explore=0:0.2"``.

        Raises
        ------
        InputError
            What cannot be read, a key path that no chosen kind has, an end of a range or a value
            that the scenario cannot take.
        """
        if isinstance(over, Mapping):
            found = [made(str(key), given) for key, given in over.items()]
        else:
            found = [read(text) for text in ([over] if isinstance(over, str) else over)]
        space = cls(scenario, tuple(sorted(found, key=lambda p: p.key.count("."))))
        space._check()
        return cls(scenario, tuple(map(space._typed, space.parameters)))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The key paths."""
        return tuple(parameter.key for parameter in self.parameters)

    def counts(self, key: str, chosen: Mapping[str, Any]) -> bool:
        """Whether the kinds that are chosen already have this key path."""
        above = [name for name in chosen if key.startswith(f"{name}.")]
        if not above:
            return True
        source = Source(self.scenario.as_dict())
        for name in above:
            source.put(tuple(name.split(".")), self._value(name, chosen[name]), "--over")
        loc = tuple(key.split("."))
        try:
            return loc[-1] in class_at(loc[:-1], source.values).model_fields
        except KeyError:
            return False

    def point(self, shares: Iterable[float]) -> dict[str, Any]:
        """The values at shares in [0, 1] of every parameter; what does not count is left out."""
        chosen: dict[str, Any] = {}
        for parameter, u in zip(self.parameters, shares, strict=True):
            if self.counts(parameter.key, chosen):
                chosen[parameter.key] = parameter.at(u)
        return chosen

    def overrides(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """What a scenario takes for a point: the kind that it has keeps its own settings."""
        return {key: self._value(key, value) for key, value in point.items()}

    def _value(self, key: str, value: Any) -> Any:
        node: Any = self.scenario.as_dict()
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        is_kind = isinstance(node, dict) and "kind" in node and isinstance(value, str)
        return {"kind": value} if is_kind else value

    def corners(self) -> Iterator[dict[str, Any]]:
        """Combinations of all values of lists, with all ranges at one end, then at the other."""
        for end in (0, -1):
            each = [p.values if isinstance(p, Choice) else (p.ends[end],) for p in self.parameters]
            for _, values in zip(range(MOST), product(*each), strict=False):
                chosen: dict[str, Any] = {}
                for key, value in zip(self.keys, values, strict=True):
                    if self.counts(key, chosen):
                        chosen[key] = value
                yield chosen

    def _typed(self, parameter: Parameter) -> Parameter:
        """A range of whole numbers where the scenario takes nothing else."""
        if isinstance(parameter, Choice):
            return parameter
        point = next(point for point in self.corners() if parameter.key in point)
        values = self.scenario.replace(**self.overrides(point)).as_dict()
        spec = spec_at(tuple(parameter.key.split(".")), values, {})
        return replace(parameter, whole=spec.whole)

    def _check(self) -> None:
        if not self.parameters:
            raise InputError("no parameters: say over what, such as policy.explore=0:0.2")
        for n, key in enumerate(self.keys):
            if key in ("seed", "rounds"):
                raise InputError(f"{key}: cannot be searched over: it is the same at every point")
            if key in self.keys[:n]:
                raise InputError(f"{key}: this parameter is given twice")
        counted: set[str] = set()
        for point in self.corners():
            counted |= point.keys()
            try:
                self.scenario.replace(**self.overrides(point))
            except InputError as error:
                raise InputError(f"at {told_point(point)}: {error}") from error
        for key in self.keys:
            if key not in counted:
                raise InputError(f"{key}: no chosen kind has it; {self._near(key)}".rstrip("; "))

    def _near(self, key: str) -> str:
        """The nearest name that a chosen kind has in its place."""
        *above, last = key.split(".")
        names: set[str] = set()
        for point in self.corners():
            source = Source(self.scenario.replace(**self.overrides(point)).as_dict())
            try:
                names |= set(class_at(tuple(above), source.values).model_fields) - {"kind"}
            except KeyError:
                continue
        return nearest(last, sorted(names))
