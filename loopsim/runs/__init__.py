"""Runs: a scenario run into a folder, taken up again, and opened.

>>> import loopsim
>>> run = loopsim.run(scenario, out="results/lending")   # doctest: +SKIP
>>> run = loopsim.resume("results/lending")              # doctest: +SKIP
>>> loopsim.open("results/lending").predictions()        # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loopsim.runs.reader import Run, open

if TYPE_CHECKING:
    from loopsim.runs.start import resume, run

__all__ = ["Run", "open", "resume", "run"]


def __getattr__(name: str) -> Any:
    # Opening a run needs no simulation: what runs one is imported when it is first used.
    if name not in ("resume", "run"):
        raise AttributeError(f"module 'loopsim.runs' has no attribute {name!r}")
    from loopsim.runs import start

    return getattr(start, name)
