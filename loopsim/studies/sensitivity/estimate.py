"""Indices of the mean over seeds, with what the choice of points and of seeds leaves open."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.studies.sensitivity.methods import Indices, Method, Morris

Floats = NDArray[np.float64]
RESAMPLES = 1000


def estimate(method: Method, shares: Floats, values: Floats, seed: int) -> list[dict[str, Any]]:
    """The indices of a metric's mean over seeds.

    Every point has the same seeds, so an index is that of one function of the parameters: the mean
    over these seeds. Two things could have been otherwise. Other points: SALib's interval, from
    resampling its blocks. Other seeds: the index anew without each seed in turn (the jackknife,
    Efron and Tibshirani 1993, chapter 11), with Student's t of K − 1 degrees of freedom. Both
    halves are shown, and the interval has the root of the sum of their squares.

    Parameters
    ----------
    method : Morris or Sobol
    shares : (points, parameters) array in [0, 1]
    values : (points, seeds) array
        Known everywhere; two seeds at least.
    seed : int
        Of the resampling.

    Returns
    -------
    A row an index: index, who (positions of parameters), value, low, high, points, seeds.
    """
    whole = method.indices(shares, values.mean(axis=1), seed, RESAMPLES)
    halves = _jackknife(method, shares, values, seed)
    rows = []
    for key, (value, points) in whole.items():
        name, who = key
        half = float(np.hypot(points, halves[key]))
        low = value - half
        rows.append(
            {"index": name, "who": who, "value": value,
             "low": max(low, 0.0) if name in method.positive else low, "high": value + half,
             "points": points, "seeds": halves[key]}
        )  # fmt: skip
    if isinstance(method, Morris):
        rows += _by_seeds_alone(shares, values)
    return rows


def _jackknife(method: Method, shares: Floats, values: Floats, seed: int) -> dict[Any, float]:
    """Half of the 95% interval over seeds, by index."""
    from scipy import stats

    k = values.shape[1]
    without: list[Indices] = [
        method.indices(shares, np.delete(values, i, axis=1).mean(axis=1), seed, 2) for i in range(k)
    ]
    reach = float(stats.t.ppf(0.975, k - 1)) * np.sqrt((k - 1) / k)
    return {
        key: float(reach * np.sqrt(((each - each.mean()) ** 2).sum()))
        for key in without[0]
        for each in [np.array([one[key][0] for one in without])]
    }


def _by_seeds_alone(shares: Floats, values: Floats) -> list[dict[str, Any]]:
    """The sigma that seeds would give by themselves, if no effect differed between trajectories."""
    noise = np.sqrt(effects(shares, values).var(axis=2, ddof=1).mean(axis=0) / values.shape[1])
    unknown = float("nan")
    return [
        {"index": "sigma_by_seeds", "who": (i,), "value": float(value), "low": unknown,
         "high": unknown, "points": unknown, "seeds": unknown}
        for i, value in enumerate(noise)
    ]  # fmt: skip


def effects(shares: Floats, values: Floats) -> Floats:
    """(trajectories, parameters, seeds) elementary effects of every seed by itself.

    >>> import numpy as np
    >>> shares = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> effects(shares, np.array([[1.0], [2.0], [5.0]]))[:, :, 0].tolist()
    [[3.0, 1.0]]
    """
    d = shares.shape[1]
    x, y = shares.reshape(-1, d + 1, d), values.reshape(-1, d + 1, values.shape[1])
    step = np.diff(x, axis=1)
    moved = np.abs(step).argmax(axis=2)
    length = np.take_along_axis(step, moved[:, :, None], axis=2)
    order = np.argsort(moved, axis=1)[:, :, None]
    return np.asarray(np.take_along_axis(np.diff(y, axis=1) / length, order, axis=1))


def known_blocks(values: Floats, block: int) -> NDArray[np.bool_]:
    """(points,) whether the whole block of a point is known, for every seed."""
    whole = np.isfinite(values).reshape(-1, block * values.shape[1]).all(axis=1)
    return np.asarray(whole.repeat(block))
