"""Designs of points and the indices of what is found there, by SALib (Iwanaga et al. 2022).

A design is a list of blocks (a trajectory, a row of Sobol's sequence with its crossings), which are
independent of each other: a block that is not known whole can be left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from loopsim.errors import InputError
from loopsim.studies.extras import needed

Floats = NDArray[np.float64]
#: An index and whose it is, to its value and half of its 95% interval over the points.
Indices: TypeAlias = dict[tuple[str, tuple[int, ...]], tuple[float, float]]


@dataclass(frozen=True)
class Morris:
    """Elementary effects along trajectories on a grid of four levels (Morris 1991).

    An elementary effect is the change of a metric, a step of one parameter, over the length of the
    step as a share of its range. ``mu`` is their mean, ``mu_star`` the mean of their sizes
    (Campolongo et al. 2007), ``sigma`` their standard deviation: it is 0 for what adds up straight.
    """

    name: ClassVar[str] = "morris"
    main: ClassVar[str] = "mu_star"
    positive: ClassVar[tuple[str, ...]] = ("mu_star", "sigma")
    levels: ClassVar[int] = 4
    usual: ClassVar[int] = 16

    def block(self, parameters: int) -> int:
        """Points of a trajectory."""
        return parameters + 1

    def shares(self, parameters: int, samples: int, seed: int) -> Floats:
        """(samples · block, parameters) shares of the ranges, in [0, 1]."""
        if samples < 2:
            raise InputError(f"samples = {samples}: must be at least 2 trajectories")
        sample = needed("SALib.sample.morris", "SALib", "sensitivity").sample
        found = sample(_problem(parameters), samples, num_levels=self.levels, seed=seed)
        return np.asarray(found, dtype=np.float64)

    def indices(self, shares: Floats, values: Floats, seed: int, resamples: int) -> Indices:
        """The indices of what was found at the points of a design."""
        from scipy import stats

        analyze = needed("SALib.analyze.morris", "SALib", "sensitivity").analyze
        found = analyze(
            _problem(shares.shape[1]), shares, values, num_resamples=resamples,
            num_levels=self.levels, seed=seed,
        )  # fmt: skip
        mu, star, sigma, reach = (
            np.asarray(found[name], dtype=np.float64)
            for name in ("mu", "mu_star", "sigma", "mu_star_conf")
        )
        n = len(values) // self.block(shares.shape[1])
        half = stats.t.ppf(0.975, n - 1) * sigma / np.sqrt(n)
        made: Indices = {}
        for i in range(shares.shape[1]):
            made["mu_star", (i,)] = float(star[i]), float(reach[i])
            made["mu", (i,)] = float(mu[i]), float(half[i])
            made["sigma", (i,)] = float(sigma[i]), float("nan")
        return made

    def independent(self, points: int, parameters: int) -> NDArray[np.bool_]:
        """(points,) which of them show how the metric varies over the ranges: all."""
        return np.ones(points, dtype=bool)


@dataclass(frozen=True)
class Sobol:
    """Shares of the variance over the ranges (Sobol 2001; Saltelli et al. 2010).

    ``S1`` is the share that goes when a parameter alone is known, ``ST`` what is left when all
    others are: with the interactions in which it takes part. ``S2``, of a pair, is what both
    explain together beyond each by itself.

    Attributes
    ----------
    pairs : bool
        Whether ``S2`` is asked for, at nearly twice as many points.
    """

    pairs: bool = False
    name: ClassVar[str] = "sobol"
    main: ClassVar[str] = "ST"
    positive: ClassVar[tuple[str, ...]] = ("ST",)
    usual: ClassVar[int] = 64

    def block(self, parameters: int) -> int:
        """Points that a row of Sobol's sequence makes."""
        return 2 * parameters + 2 if self.pairs else parameters + 2

    def shares(self, parameters: int, samples: int, seed: int) -> Floats:
        """(samples · block, parameters) shares of the ranges, in [0, 1]; a scrambled sequence."""
        if samples < 4 or samples & (samples - 1):
            raise InputError(f"samples = {samples}: for sobol it must be a power of 2, at least 4")
        if self.pairs and parameters < 2:
            raise InputError("pairs: there must be two parameters at least")
        sample = needed("SALib.sample.sobol", "SALib", "sensitivity").sample
        found = sample(_problem(parameters), samples, calc_second_order=self.pairs, seed=seed or 1)
        return np.asarray(found, dtype=np.float64)

    def indices(self, shares: Floats, values: Floats, seed: int, resamples: int) -> Indices:
        """The indices of what was found at the points of a design; unknown where all is one."""
        d = shares.shape[1]
        if np.ptp(values) == 0.0:
            return dict.fromkeys(self._keys(d), (float("nan"), float("nan")))
        analyze = needed("SALib.analyze.sobol", "SALib", "sensitivity").analyze
        with _a_part_may_be_constant():
            found = analyze(
                _problem(d), values, calc_second_order=self.pairs, num_resamples=resamples,
                seed=seed or 1,  # 0 would ask for chance
            )  # fmt: skip
        return {
            (name, who): (float(found[name][at]), float(found[f"{name}_conf"][at]))
            for name, who in self._keys(d)
            for at in [who if len(who) > 1 else who[0]]
        }

    def _keys(self, parameters: int) -> list[tuple[str, tuple[int, ...]]]:
        single = [(name, (i,)) for i in range(parameters) for name in ("ST", "S1")]
        couples = combinations(range(parameters), 2) if self.pairs else ()
        return [*single, *(("S2", pair) for pair in couples)]

    def independent(self, points: int, parameters: int) -> NDArray[np.bool_]:
        """(points,) which of them show how the metric varies: the first and last of each block."""
        at = np.arange(points) % self.block(parameters)
        return np.asarray((at == 0) | (at == self.block(parameters) - 1))


Method: TypeAlias = Morris | Sobol


@contextmanager
def _a_part_may_be_constant() -> Iterator[None]:
    """SALib warns where a resample has one value only; its index is 0 then."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Constant values")
        yield


def _problem(parameters: int) -> dict[str, Any]:
    names = [f"p{i}" for i in range(parameters)]
    return {"num_vars": parameters, "names": names, "bounds": [[0.0, 1.0]] * parameters}
