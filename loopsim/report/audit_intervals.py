"""Intervals for shares and their differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from loopsim.monitoring.wilson import interval


def share(count: int, of: int) -> dict[str, Any]:
    """A share with its interval; all None but the number where there are no cases."""
    if of == 0:
        return {"share": None, "low": None, "high": None, "of": 0}
    low, high = map(float, interval(count, of))
    return {"share": count / of, "low": low, "high": high, "of": of}


def difference(count: int, of: int, count2: int, of2: int) -> dict[str, Any]:
    """One share less another, with the interval from both of theirs (Newcombe 1998, method 10).

    >>> {name: round(x, 3) for name, x in difference(56, 70, 48, 80).items()}
    {'mean': 0.2, 'low': 0.052, 'high': 0.334}
    """
    if of == 0 or of2 == 0:
        return {"mean": None, "low": None, "high": None}
    p, q = count / of, count2 / of2
    (low, high), (low2, high2) = interval(count, of), interval(count2, of2)
    down, up = np.hypot(p - low, high2 - q), np.hypot(high - p, q - low2)
    return {"mean": p - q, "low": float(p - q - down), "high": float(p - q + up)}
