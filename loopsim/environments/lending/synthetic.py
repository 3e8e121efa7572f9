"""Small-business applicants with an unobserved factor.

The coefficients of the default log-odds per standard deviation are those of a calibrated
small-business portfolio: utilisation .6, debt/revenue .5, prior default .5, inquiries .4,
overdrafts .4, payroll −.4, log-revenue −.3, vintage −.3, no bank feed .2, an unobserved factor .7
(it is what makes a refusal informative).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.lending.settings import COEFFICIENTS
from loopsim.features import Schema
from loopsim.kernels import linear
from loopsim.parts import in_parts

if TYPE_CHECKING:
    from loopsim.environments.lending.settings import Synthetic

Floats = NDArray[np.float64]


class LinearLaw:
    """Log-odds of repaying, linear in standardised features."""

    def __init__(self, intercept: float, slopes: Floats) -> None:
        self.intercept, self.slopes = intercept, slopes

    def logodds(self, features: Floats, group: NDArray[np.int8]) -> Floats:
        """(n,) log-odds of repaying."""
        out = np.empty(len(features))
        linear(features, self.slopes, self.intercept, out)
        return out


class SyntheticSource:
    """Standard normal features in two groups, group b with a handicap; see `Source`."""

    groups = ("a", "b")

    def __init__(self, settings: Synthetic) -> None:
        self.settings = settings
        names = tuple(COEFFICIENTS)[: settings.features]
        self.schema = Schema(names)
        self.slopes = -np.array([COEFFICIENTS[name] for name in names])
        self.limits = np.stack([np.full(len(names), -6.0), np.full(len(names), 6.0)])
        self.hidden = settings.hidden
        self.law = LinearLaw(self._intercept(), self.slopes)
        first = names[0]
        self.moves = {"repaid": {first: -0.2}, "defaulted": {first: 0.6}}

    def _intercept(self) -> float:
        """Where the share of applicants who would default is as stated (bisection)."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(64)
        weights = weights / weights.sum()
        spread = np.sqrt((self.slopes**2).sum())
        shift = -np.abs(self.slopes).sum() * self.settings.handicap
        groups = ((1 - self.settings.minority, 0.0), (self.settings.minority, shift))

        def repaying(intercept: float) -> float:
            logodds = [intercept + move + spread * nodes for _, move in groups]
            shares = [share for share, _ in groups]
            return sum(
                s * float((1 / (1 + np.exp(-x))) @ weights)
                for s, x in zip(shares, logodds, strict=True)
            )

        low, high = -20.0, 20.0
        for _ in range(60):
            middle = (low + high) / 2
            below = repaying(middle) < 1 - self.settings.default_rate
            low, high = (middle, high) if below else (low, middle)
        return (low + high) / 2

    def people(self, ids: NDArray[np.int64], draws: Draws) -> tuple[Floats, NDArray[np.int8]]:
        """(n, d) features and (n,) groups."""
        u = draws.uniform(Stream.PEOPLE, -1, ids)
        group = (u < self.settings.minority).astype(np.int8)
        features = np.empty((ids.size, len(self.schema)))
        shift = -self.settings.handicap * np.sign(self.slopes)

        def part(at: slice) -> None:
            for j in range(len(self.schema)):
                normal = draws.normal(Stream.PEOPLE, -1, ids[at], k=1 + j)
                features[at, j] = normal + shift[j] * group[at]

        in_parts(ids.size, part)
        return features, group
