"""What is read of a world in one round, and how two readings are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.environments.base import Environment, Outcomes
from loopsim.testing import requirement

#: How cases are decided: all with one thing, all with another, or by lot.
Answer = Literal["yes", "no", "mixed"]
#: Columns by name.
Reading = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Read:
    """Some rows of a world, decided and answered.

    Attributes
    ----------
    visits : Cases
        One a row, with its features; the cases themselves unless the world shows slates.
    cases : Cases
        As they were decided.
    outcomes : Outcomes
    """

    visits: Cases
    cases: Cases
    outcomes: Outcomes


def require(holds: bool, rule: str, world: Environment, t: int | None = None) -> None:
    """AssertionError with the world's name, the rule and the round, unless it holds."""
    where = "" if t is None else f"in round {t}"
    requirement.require(holds, rule, "environment", world, where)


def equal(one: dict[str, Any], other: dict[str, Any], names: Iterable[str]) -> bool:
    """Whether columns are alike bit for bit, a missing value equal to itself."""
    return all(
        np.array_equal(one[name], other[name], equal_nan=np.asarray(one[name]).dtype.kind == "f")
        for name in names
    )


def typed(values: Any, shape: tuple[int, ...], dtype: Any) -> bool:
    """Whether something is an array of a shape and a type."""
    return isinstance(values, np.ndarray) and values.shape == shape and values.dtype == dtype
