"""Intervals for shares and their differences."""

from __future__ import annotations

from typing import Any

import numpy as np

Z = 1.959963984540054  # 95%


def wilson(count: int, of: int) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927): sound for few cases and shares near 0 or 1.

    >>> [round(x, 3) for x in wilson(0, 100)]
    [0.0, 0.037]
    """
    p = count / of
    middle = (p + Z**2 / (2 * of)) / (1 + Z**2 / of)
    reach = Z / (1 + Z**2 / of) * np.sqrt(p * (1 - p) / of + Z**2 / (4 * of**2))
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def share(count: int, of: int) -> dict[str, Any]:
    """A share with its interval; all None but the number where there are no cases."""
    if of == 0:
        return {"share": None, "low": None, "high": None, "of": 0}
    low, high = wilson(count, of)
    return {"share": count / of, "low": low, "high": high, "of": of}


def difference(count: int, of: int, count2: int, of2: int) -> dict[str, Any]:
    """One share less another, with the interval from both of theirs (Newcombe 1998, method 10).

    >>> {name: round(x, 3) for name, x in difference(56, 70, 48, 80).items()}
    {'mean': 0.2, 'low': 0.052, 'high': 0.334}
    """
    if of == 0 or of2 == 0:
        return {"mean": None, "low": None, "high": None}
    p, q = count / of, count2 / of2
    (low, high), (low2, high2) = wilson(count, of), wilson(count2, of2)
    down, up = np.hypot(p - low, high2 - q), np.hypot(high - p, q - low2)
    return {"mean": p - q, "low": float(p - q - down), "high": float(p - q + up)}
