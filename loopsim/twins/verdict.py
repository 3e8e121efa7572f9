"""The plain verdict on a gain."""

from __future__ import annotations

from math import isfinite

from loopsim.twins.growth import Growth
from loopsim.twins.linearity import Linearity

ROUNDING = 1e-6  # as near to 1 as that, a gain of noiseless branches is 1
RUNAWAY, CORRECTING, UNKNOWN = "runaway", "self-correcting", "cannot tell"


def of(rate: Growth, linear: Linearity, nothing: bool) -> tuple[str, str]:
    """Verdict and note.

    It rests on the interval that holds jointly for all loops: *runaway* if all of it is beyond 1 in
    size, *self-correcting* if all of it is within ±1, *cannot tell* otherwise, or where one
    generation does not determine the next.
    """
    if nothing:
        return CORRECTING, "nothing of the push comes back after its own generation"
    if not isfinite(linear.asymmetry[0]):
        return UNKNOWN, "linear response: fails; up and down do the same, so there is no gain"
    notes = [] if linear.verdict == "holds" else [f"linear response: {linear.verdict}"]
    if not rate.well:
        share = max(rate.explained, 0.0)
        why = f"one step explains {share:.0%} of the path: the gain is no summary; try more lags"
        return UNKNOWN, "; ".join([why, *notes])
    said = _by_interval(rate.joint_low, rate.joint_high)
    if said != UNKNOWN and rate.high < 0.0:
        notes.insert(0, "it overshoots")
    elif rate.period < 1e3 and rate.gain > 0.0:
        notes.insert(0, f"it swings with a period of {rate.period:.1f} generations")
    return said, "; ".join(notes)


def _by_interval(low: float, high: float) -> str:
    """
    >>> _by_interval(1.1, 1.3), _by_interval(-0.9, 0.2), _by_interval(0.9, 1.1)
    ('runaway', 'self-correcting', 'cannot tell')
    """
    near, far = 1.0 - ROUNDING, 1.0 + ROUNDING
    if low > far or high < -far:
        return RUNAWAY
    if low > -near and high < near:
        return CORRECTING
    return UNKNOWN
