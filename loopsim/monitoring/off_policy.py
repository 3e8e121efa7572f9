"""What another policy would have earned, estimated from the log of the one that ran.

>>> import numpy as np
>>> clicks = np.array([1.0, 0.0, 1.0, 0.0])         # what came of each impression
>>> logged = np.array([0.5, 0.5, 0.25, 0.25])       # chance of it under the policy that ran
>>> target = np.array([0.25, 0.25, 0.5, 0.5])       # chance of it under the policy asked about
>>> value = estimate(clicks, logged, target)
>>> value.naive.value, value.ips.value, value.snips.value
(0.5, 0.625, 0.5)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError
from loopsim.registry import there_are

Floats = NDArray[np.float64]
REACHES = ("place", "above", "slate")


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error."""

    value: float
    standard_error: float

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Value ± z standard errors: by default one that covers the truth 95 times in 100."""
        return self.value - z * self.standard_error, self.value + z * self.standard_error


@dataclass(frozen=True)
class OffPolicy:
    """What a log says of a target policy: mean reward of an impression.

    Attributes
    ----------
    naive : Estimate
        The mean of what was logged: the value of the policy that ran, not of the target.
    ips : Estimate
        Inverse propensity scoring, mean of w·r (Horvitz and Thompson 1952; Bottou et al. 2013).
        Unbiased where whatever the target may show could have been logged.
    snips : Estimate
        Self-normalised, Σw·r / Σw place by place (Swaminathan and Joachims 2015): a little bias,
        often much less variance.
    doubly_robust : Estimate or None
        Mean of v·(reward that a model expects of the target) + w·(r − expected of what was shown)
        (Dudík, Langford and Li 2011; for slates Kiyohara et al. 2022, v the weight of the places
        above). Right if either the propensities or the model is. None without a model.
    effective_sample_size : float
        (Σw)² / Σw² visits, that of the place where it is least (Kish 1965): of how many visits of
        the target's own the log is worth. Do not believe figures from a handful.
    mean_weight : Estimate
        1 in expectation: far below, the target shows what could not be logged.
    largest_weight : float
    visits : int
    """

    naive: Estimate
    ips: Estimate
    snips: Estimate
    doubly_robust: Estimate | None
    effective_sample_size: float
    mean_weight: Estimate
    largest_weight: float
    visits: int


def estimate(
    reward: NDArray[Any],
    propensity: NDArray[Any],
    target: NDArray[Any],
    *,
    reach: str = "above",
    expected: tuple[NDArray[Any], NDArray[Any]] | None = None,
    cluster: NDArray[Any] | None = None,
) -> OffPolicy:
    """Mean reward of an impression under a target policy, from impressions another one logged.

    Parameters
    ----------
    reward : (n,) or (n, k) array
        What came of each impression (a click: 1 or 0); row a visit, column a place.
    propensity : like `reward`, in (0, 1]
        Logged chance of the item in its place, given the places above.
    target : like `reward`, in [0, 1]
        The target policy's chance of the same.
    reach : {"above", "place", "slate"}
        Whose chances weigh a reward: "above": its own place's and those of all above it (McInerney
        et al. 2020), right if a click depends on nothing below; "slate": those of the whole slate,
        always right and of much more variance; "place": its own alone, right only if neither the
        click nor what the target shows here depends on the other places.
    expected : two arrays like `reward`, optional
        A model's expected reward: of the item that was shown, and of what the target shows in that
        place (mean over its chances, given the places above). It must not have been fitted on the
        same rewards, or else only roughly.
    cluster : (n,) array, optional
        Visitors, whose visits are not independent; default: every visit is its own.

    Returns
    -------
    OffPolicy

    Raises
    ------
    InputError
        If shapes differ, or a number is out of its range.
    """
    r = _table("reward", reward)
    p, pi = _table("propensity", propensity, r.shape), _table("target", target, r.shape)
    _check(p, pi, reach)
    weight, above = _weights(pi / p, reach)
    owner = _owners(cluster, len(r))
    robust = None
    if expected is not None:
        shown, wanted = (_table("expected", values, r.shape) for values in expected)
        robust = _mean((above * wanted + weight * (r - shown)).mean(axis=1), owner)
    return OffPolicy(
        naive=_mean(r.mean(axis=1), owner),
        ips=_mean((weight * r).mean(axis=1), owner),
        snips=_ratio(weight, r, owner),
        doubly_robust=robust,
        effective_sample_size=_effective(weight),
        mean_weight=_mean(weight.mean(axis=1), owner),
        largest_weight=float(weight.max()),
        visits=len(r),
    )


def _table(name: str, values: Any, shape: tuple[int, ...] | None = None) -> Floats:
    table = np.asarray(values, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or not table.size or table.shape != (shape or table.shape):
        wanted = "(n,) or (n, k), and not empty" if shape is None else f"that of reward, {shape}"
        raise InputError(f"{name}: shape {np.shape(values)}; must be {wanted}")
    if not np.isfinite(table).all():
        raise InputError(f"{name}: {table[~np.isfinite(table)][0]} in it; must be finite numbers")
    return table


def _check(propensity: Floats, target: Floats, reach: str) -> None:
    if not (propensity.min() > 0.0 and propensity.max() <= 1.0):
        odd = propensity[(propensity <= 0.0) | (propensity > 1.0)][0]
        raise InputError(f"propensity: {odd:g} in it; must be above 0 and at most 1")
    if not (target.min() >= 0.0 and target.max() <= 1.0):
        odd = target[(target < 0.0) | (target > 1.0)][0]
        raise InputError(f"target: {odd:g} in it; must be 0 to 1")
    if reach not in REACHES:
        raise InputError(f"reach = {reach}: no such reach; {there_are(REACHES, reach)}")


def _weights(ratio: Floats, reach: str) -> tuple[Floats, Floats]:
    """(n, k) weights of the rewards, and those of what is expected before the place is filled."""
    if reach == "place":
        return ratio, np.ones(ratio.shape)
    weight: Floats = np.cumprod(ratio, axis=1, dtype=np.float64)
    above = np.ones(weight.shape)
    above[:, 1:] = weight[:, :-1]
    if reach == "slate":
        weight = np.repeat(weight[:, -1:], ratio.shape[1], axis=1)
    return weight, above


def _owners(cluster: NDArray[Any] | None, n: int) -> NDArray[np.int64]:
    if cluster is None:
        return np.arange(n)
    if np.shape(cluster) != (n,):
        raise InputError(f"cluster: shape {np.shape(cluster)}; must be ({n},), one a visit")
    return np.unique(cluster, return_inverse=True)[1]


def _mean(values: Floats, owner: NDArray[np.int64]) -> Estimate:
    """The mean over visits; its error from the sums of the owners' deviations."""
    mean = values.mean()
    sums = np.bincount(owner, values - mean)
    few = sums.size / max(sums.size - 1, 1)
    error = np.sqrt(few * (sums**2).sum()) / values.size
    return Estimate(float(mean), float(error) if sums.size > 1 else float("nan"))


def _ratio(weight: Floats, reward: Floats, owner: NDArray[np.int64]) -> Estimate:
    """Σw·r / Σw of each place, and their mean; the error to first order (delta method)."""
    total = weight.sum(axis=0)
    if not (total > 0.0).all():
        return Estimate(float("nan"), float("nan"))
    value = (weight * reward).sum(axis=0) / total
    pull = (weight * (reward - value) / total * len(weight)).mean(axis=1)
    return Estimate(float(value.mean()), _mean(pull, owner).standard_error)


def _effective(weight: Floats) -> float:
    squares = (weight**2).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return float(np.nan_to_num(weight.sum(axis=0) ** 2 / squares).min())
