"""What an experiment measured, and the band that the published figure gives it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Check:
    """One figure and its band.

    >>> Check("mean score change", 8.31, 8.1, 8.7).verdict
    'holds'
    >>> Check("mean score change", 9.0, 8.1, 8.7).verdict
    'MISSED by 0.3'
    """

    name: str
    measured: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """``holds``, or by how much the band is missed."""
        if self.low <= self.measured <= self.high:
            return "holds"
        distance = max(self.low - self.measured, self.measured - self.high)
        return f"MISSED by {distance:.3g}"


@dataclass(frozen=True)
class Result:
    """A run of an experiment."""

    name: str
    claim: str
    source: str
    checks: tuple[Check, ...]
    folder: Path

    @property
    def rows(self) -> list[tuple[str, float, float, float, str]]:
        """(name, measured, low, high, verdict) of every check."""
        return [(c.name, c.measured, c.low, c.high, c.verdict) for c in self.checks]

    def as_dict(self) -> dict[str, Any]:
        """For figures.json."""
        return {
            "claim": self.claim,
            "source": self.source,
            "checks": [
                {
                    "name": name,
                    "measured": round(measured, 6),
                    "low": _bound(low),
                    "high": _bound(high),
                    "verdict": verdict,
                }
                for name, measured, low, high, verdict in self.rows
            ],
        }


def _bound(value: float) -> float | None:
    """For JSON, which knows no infinity: None is no bound."""
    return round(value, 6) if isfinite(value) else None
