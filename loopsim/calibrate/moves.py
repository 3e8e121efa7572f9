"""What a decision does to features, as the user says it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from loopsim.calibrate.columns import Column
from loopsim.calibrate.label import listed
from loopsim.environments.lending.law_file import EVENTS
from loopsim.registry import nearest

Moves = Mapping[str, Mapping[str, float]]


def refuse_moves(moves: Moves, columns: Sequence[Column], faults: list[str]) -> None:
    """Add a fault for each event, feature or figure that cannot be."""
    numbers = [column.name for column in columns if not column.levels] + ["hidden"]
    categories = {column.name for column in columns if column.levels}
    for event, by in moves.items():
        if event not in EVENTS:
            known = ", ".join(EVENTS)
            near = nearest(event, EVENTS)
            faults.append(f"moves.{event}: no such event; there are {known}. {near}".strip())
        for name, step in by.items():
            where = f"moves.{event}.{name}"
            if name in categories:
                faults.append(f"{where}: a category has no distance to move; name a number")
            elif name not in numbers:
                near = nearest(name, numbers)
                faults.append(
                    f"{where}: no such number; there are {listed(numbers)}. {near}".strip()
                )
            if (
                isinstance(step, bool)
                or not isinstance(step, int | float)
                or not math.isfinite(step)
            ):
                faults.append(f"{where} = {step!r}: must be a finite number")
