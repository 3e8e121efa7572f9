"""A limit: a figure, or a mix of figures, that has to stay on one side of a number.

>>> limit = Limit.parse("observed.gap.approval <= 0.1")
>>> limit.holds({"observed.gap.approval": 0.08}), limit.holds({"observed.gap.approval": 0.2})
(True, False)
>>> print(limit.holds({"observed.gap.approval": float("nan")}))
None
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from loopsim.errors import InputError
from loopsim.objective import Objective

#: What a team can hold itself to while it goes on: nobody sees the truth.
SEEN = ("observed", "cost")
_LIKE = "such as observed.gap.approval <= 0.1"


@dataclass(frozen=True)
class Limit:
    """``MIX <= NUMBER`` or ``MIX >= NUMBER``.

    Attributes
    ----------
    text : str
    mix : Objective
        What is held against the number.
    most : bool
        Whether the number is the most that is allowed, and not the least.
    bound : float
    """

    text: str
    mix: Objective
    most: bool
    bound: float

    @classmethod
    def parse(cls, text: str, seen: Iterable[str] = SEEN) -> Limit:
        """Read one, of observed figures and costs alone, or of the ledgers that are `seen`.

        Raises
        ------
        InputError
            Says which part is not understood.
        """
        signs = [sign for sign in ("<=", ">=") if sign in text]
        left, _, right = text.partition(signs[0] if signs else "<=")
        try:
            bound = float(right)
        except ValueError:
            bound = math.nan
        if len(signs) != 1 or not math.isfinite(bound):
            allowed = "must be FIGURES <= NUMBER or FIGURES >= NUMBER"
            raise InputError(f"limit {text!r}: {allowed}, {_LIKE}")
        mix = Objective.parse(left, "limit")
        for name in mix.names:
            if name.split(".")[0] not in seen:
                why = "nobody can keep to what nobody sees; give observed. or cost."
                raise InputError(f"limit {text!r}: {name}: {why}, {_LIKE}")
        return cls(" ".join(text.split()), mix, signs[0] == "<=", bound)

    def value(self, figures: Mapping[str, float]) -> float:
        """The mix; NaN where a figure in it is unknown."""
        return float(self.mix.value(figures))

    def holds(self, figures: Mapping[str, float]) -> bool | None:
        """Whether it is kept; None where that is unknown, which is no breach."""
        value = self.value(figures)
        if math.isnan(value):
            return None
        return value <= self.bound if self.most else value >= self.bound
