"""What an experiment measured, and the band that the claim gives it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any


@dataclass(frozen=True)
class Check:
    """One figure and its band.

    Parameters
    ----------
    name : str
        Of what was measured, in a few words.
    measured : float
    low, high : float
        The band; infinite where it has no end.
    interval : (float, float), optional
        95% interval of the figure.
    sure : bool
        Whether the whole interval must lie inside the band, not the figure alone. Then an end of
        the band is outside it: an interval from 0 to 0 is not surely above 0.

    >>> Check("mean score change", 8.31, 8.1, 8.7).verdict
    'holds'
    >>> Check("mean score change", 9.0, 8.1, 8.7).verdict
    'MISSED by 0.3'
    >>> Check("gain", 0.2, 0.0, 1.0, interval=(-0.1, 0.5), sure=True).verdict
    'MISSED by 0.1'
    """

    name: str
    measured: float
    low: float
    high: float
    interval: tuple[float, float] | None = None
    sure: bool = False

    def __post_init__(self) -> None:
        if self.sure and self.interval is None:
            raise ValueError(f"{self.name}: sure of what? it has no interval")

    @property
    def verdict(self) -> str:
        """``holds``, or by how much the band is missed."""
        low, high = self._judged
        if self.holds:
            return "holds"
        distance = max(self.low - low, high - self.high)
        return f"MISSED by {distance:.3g}"

    @property
    def holds(self) -> bool:
        """Whether the figure (or, if it must be sure, its interval) lies in the band."""
        low, high = self._judged
        if self.sure:
            return self.low < low and high < self.high
        return self.low <= low and high <= self.high

    @property
    def _judged(self) -> tuple[float, float]:
        if self.sure and self.interval is not None:
            return self.interval
        return self.measured, self.measured

    def as_dict(self) -> dict[str, Any]:
        """For figures.json."""
        row: dict[str, Any] = {
            "name": self.name,
            "measured": _rounded(self.measured),
            "low": _rounded(self.low),
            "high": _rounded(self.high),
            "verdict": self.verdict,
        }
        if self.interval is not None:
            row |= {"interval": [_rounded(end) for end in self.interval], "sure": self.sure}
        return row


def _rounded(value: float) -> float | None:
    """For JSON, which knows no infinity: None is no bound, or unknown."""
    return round(float(value), 6) if isfinite(value) else None
