"""How a conformance check says what is broken: the part, the rule, and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def require(holds: bool, rule: str, sort: str, part: Any, where: str = "") -> None:
    """Raise AssertionError, unless the rule holds.

    Parameters
    ----------
    sort : str
        What the part is: a policy, a monitor ...
    part : object
        Named by its `name`, or else by its type.
    where : str
        With what, or when, it is broken.

    >>> require(False, "a score is finite", "model", 1, "in round 3")
    Traceback (most recent call last):
    AssertionError: model int: a score is finite (broken in round 3)
    """
    if not holds:
        name = getattr(part, "name", "") or type(part).__name__
        place = f" (broken {where})" if where else ""
        raise AssertionError(f"{sort} {name}".lstrip() + f": {rule}{place}")


def with_examples(sort: str) -> Callable[[bool, str, str, Any], None]:
    """`require` for parts of one sort that are tried on one example after the other."""

    def required(holds: bool, rule: str, what: str, part: Any) -> None:
        require(holds, rule, sort, part, f"with {what}")

    return required
