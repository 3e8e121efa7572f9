"""How fast a difference grows from one generation to the next.

A small push makes two branches differ. If each generation's difference is a fixed multiple of the
last one's, that multiple is the loop's *gain*. Over seeds a difference is signal and noise, and the
noise of one seed must not pass for its own signal: each seed's generations are weighted by the mean
path of the OTHER seeds (a leave-one-out instrument, as in Angrist, Imbens and Krueger 1999), which
keeps the ratio from being pulled towards 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopsim.twins.statistics import ratio

Floats = NDArray[np.float64]
WELL = 0.8  # of the path that one step must explain, or the gain is no summary of it


@dataclass(frozen=True)
class Growth:
    """A growth rate.

    Attributes
    ----------
    gain : float
        With one lag, the factor from one generation to the next, sign and all. With more, the
        modulus of the largest root of the characteristic polynomial; `period` says if it swings.
    low, high : float
        95% interval over seeds; infinite where the data exclude nothing.
    joint_low, joint_high : float
        The same at the level at which several such intervals hold together.
    period : float
        Generations from crest to crest: 2 where the gain is negative, infinite where nothing turns.
    explained : float
        Share of the mean path's sum of squares that one step explains.
    """

    gain: float
    low: float
    high: float
    joint_low: float
    joint_high: float
    period: float
    explained: float

    @property
    def well(self) -> bool:
        """Whether the last generations determine the next: without that, a gain says little."""
        return self.explained >= WELL


def growth(paths: Floats, lags: int = 1, confidence: float = 0.95, joint: float = 0.95) -> Growth:
    """Estimate the growth rate of differences.

    Parameters
    ----------
    paths : (seeds, generations) float64 array
        Differences, per unit of the push; at least 2 seeds, and more than 2·lags generations.
    lags : int
        How many generations determine the next.
    confidence, joint : float
        Levels of the two intervals.

    Examples
    --------
    >>> halved = growth(np.array([[1.0, 0.5, 0.25], [1.1, 0.55, 0.275], [0.9, 0.45, 0.225]]))
    >>> round(halved.gain, 6), halved.high < 1
    (0.5, True)
    """
    if not paths.any():
        return Growth(0.0, 0.0, 0.0, 0.0, 0.0, np.inf, 1.0)
    if lags == 1:
        above, below = moments(paths)
        gain, low, high = ratio(above, below, confidence)
        _, joint_low, joint_high = ratio(above, below, joint)
        steps = np.array([gain])
    else:
        steps = _steps(paths, lags)
        gain, low, high = _jackknife(paths, lags, confidence)
        _, joint_low, joint_high = _jackknife(paths, lags, joint)
    explained = _explained(paths.mean(axis=0), steps)
    return Growth(gain, low, high, joint_low, joint_high, _period(steps), explained)


def others(paths: Floats) -> Floats:
    """(seeds, generations) of each seed, the mean path of all others."""
    return (paths.sum(axis=0) - paths) / (len(paths) - 1)


def moments(paths: Floats) -> tuple[Floats, Floats]:
    """(seeds,) what follows and what was, both weighted by the others' mean path."""
    weights = others(paths)[:, :-1]
    return (weights * paths[:, 1:]).sum(axis=1), (weights * paths[:, :-1]).sum(axis=1)


def _steps(paths: Floats, lags: int) -> Floats:
    """(lags,) how the next generation follows from the last one, the one before it and so on."""
    weights, last = others(paths), paths.shape[1] - 1
    ago = [slice(lags - 1 - k, last - k) for k in range(lags)]
    cross = [[(weights[:, i] * paths[:, j]).sum() for j in ago] for i in ago]
    ahead = [(weights[:, i] * paths[:, lags:]).sum() for i in ago]
    return np.asarray(np.linalg.lstsq(np.array(cross), np.array(ahead), rcond=1e-9)[0])


def _root(steps: Floats) -> complex:
    roots = np.roots(np.concatenate([[1.0], -steps]))
    return complex(roots[np.argmax(np.abs(roots))]) if roots.size else 0j


def _period(steps: Floats) -> float:
    angle = abs(np.angle(_root(steps)))
    return float(2.0 * np.pi / angle) if angle > 1e-6 else np.inf


def _jackknife(paths: Floats, lags: int, confidence: float) -> tuple[float, float, float]:
    """The gain, and Tukey's (1958) interval from leaving out one seed at a time."""
    from scipy import stats

    n, whole = len(paths), abs(_root(_steps(paths, lags)))
    if n < 3:
        return whole, -np.inf, np.inf
    without = [abs(_root(_steps(np.delete(paths, i, axis=0), lags))) for i in range(n)]
    error = np.sqrt((n - 1) / n * np.sum((np.array(without) - np.mean(without)) ** 2))
    reach = float(stats.t.ppf(0.5 + confidence / 2, n - 1) * error)
    return whole, whole - reach, whole + reach


def _explained(mean: Floats, steps: Floats) -> float:
    """1 less what is left over a generation ahead, both as sums of squares from the start on."""
    lags = steps.size
    guess = sum(c * mean[lags - 1 - k : mean.size - 1 - k] for k, c in enumerate(steps))
    return float(1.0 - np.sum((mean[lags:] - guess) ** 2) / np.sum(mean**2))
