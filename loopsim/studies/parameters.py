"""What a parameter of a search may be: a range of numbers, or one of some values.

>>> read("policy.explore=0:0.2").at(0.5), read("training.rule.rounds=1,2,4,8").at(0.6)
(0.1, 4)
>>> read("policy=break-even,everyone").told
'break-even, everyone'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from loopsim.errors import InputError
from loopsim.studies.sweep.grid import plain

LIKE = "such as policy.explore=0:0.2, a range, or training.rule.rounds=1,2,4,8"
Number: TypeAlias = int | float


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both in it.

    Attributes
    ----------
    key : str
        A key path of the scenario.
    low, high : number
    log : bool
        Evenly in the logarithm.
    whole : bool
        Whole numbers only.
    """

    key: str
    low: Number
    high: Number
    log: bool = False
    whole: bool = False

    def at(self, u: float) -> Number:
        """The value at a share u in [0, 1] of the range; whole numbers have equal shares.

        >>> Range("a", 1, 100, log=True).at(0.5)
        10.0
        >>> [Range("a", 0, 3, whole=True).at(u) for u in (0.0, 0.3, 0.5, 1.0)]
        [0, 1, 2, 3]
        """
        low, high = float(self.low), float(self.high)
        if self.log:
            value = low * (high / low) ** u
            return round(value) if self.whole else min(max(value, low), high)
        if self.whole:
            return int(self.low + min(int(u * (high - low + 1)), int(high - low)))
        return low + (high - low) * u

    @property
    def told(self) -> str:
        """``0 to 0.2``."""
        return f"{plain(self.low)} to {plain(self.high)}" + (", logarithmic" if self.log else "")

    @property
    def ends(self) -> tuple[Any, ...]:
        """Its lowest and its highest value."""
        return self.low, self.high


@dataclass(frozen=True)
class Choice:
    """One of some values: kinds by name, numbers, whatever the key path takes."""

    key: str
    values: tuple[Any, ...]

    @property
    def ordered(self) -> bool:
        """Whether they are numbers, of which one is nearer than another."""
        return all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)

    def at(self, u: float) -> Any:
        """The value at a share u in [0, 1]; all have equal shares."""
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]

    @property
    def told(self) -> str:
        """``break-even, everyone``."""
        return ", ".join(plain(value) for value in self.values)

    @property
    def ends(self) -> tuple[Any, ...]:
        """All of them."""
        return self.values


Parameter: TypeAlias = Range | Choice


def read(text: str) -> Parameter:
    """A parameter as it is typed: ``KEY=LOW:HIGH``, ``KEY=LOW:HIGH:log`` or ``KEY=A,B,...``.

    Raises
    ------
    InputError
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise InputError(f"--over {text}: must be KEY=LOW:HIGH or KEY=A,B,... {LIKE}")
    ends = _ends(value)
    if ends is not None:
        return made(key, ends)
    try:
        each = YAML(typ="safe", pure=True).load(f"[{value}]")
    except YAMLError:
        raise InputError(f"--over {text}: the values are not valid YAML") from None
    return made(key, each[0] if len(each) == 1 and isinstance(each[0], list) else each)


def made(key: str, given: Any) -> Parameter:
    """A parameter as Python gives it: a tuple is a range, a list is its values.

    >>> made("policy.explore", (0, 0.2)).told, made("a", (0.001, 1, "log")).told
    ('0 to 0.2', '0.001 to 1, logarithmic')

    Raises
    ------
    InputError
        Ends that are no numbers, or not one below the other; fewer than two values; one twice.
    """
    if isinstance(given, tuple):
        return _range(key, given)
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) < 2:
        told = given if isinstance(given, str) else list(given) if _many(given) else given
        raise InputError(
            f"{key} = {told}: must be a range (low, high) or at least two values; {LIKE}"
        )
    for n, value in enumerate(given):
        if value in given[:n]:
            raise InputError(f"{key} = {plain(value)}: this value is given twice")
    return Choice(key, tuple(given))


def _many(given: Any) -> bool:
    return isinstance(given, Sequence | Mapping)


def _range(key: str, given: tuple[Any, ...]) -> Range:
    low, high, *log = given if len(given) in (2, 3) else (None, None)
    for value in (low, high):
        if not isinstance(value, int | float) or isinstance(value, bool) or value - value != 0:
            shown = ":".join(map(str, given))
            raise InputError(f"{key} = {shown}: a range is LOW:HIGH, two numbers; {LIKE}")
    if log not in ([], ["log"]):
        raise InputError(f"{key}: after LOW:HIGH there may be :log, not :{log[0]}")
    if not low < high:
        raise InputError(f"{key}: low = {low} must be below high = {high}")
    if log and low <= 0:
        raise InputError(f"{key}: low = {low} must be above 0 for a logarithmic range")
    return Range(key, low, high, bool(log))


def _ends(text: str) -> tuple[Any, ...] | None:
    """The parts of ``LOW:HIGH``; None for a list of values."""
    parts = text.split(":")
    if len(parts) not in (2, 3) or any(sign in text for sign in ",[]{} "):
        return None
    return tuple(_number(part) for part in parts)


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
