"""TransUnion TransRisk scores of 2003, by group.

From the Federal Reserve Board's report to Congress on credit scoring (August 2007), 301,536 scores:
share of people at or below a score and share who repay at it, 198 scores for each of four groups.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.environments.lending.settings import GROUPS_2003
from loopsim.features import Schema

Floats = NDArray[np.float64]
LOW, HIGH = 300.0, 850.0


@cache
def table() -> dict[str, tuple[Floats, Floats, Floats]]:
    """Score, share of people in each cell, and share who repay, by group: three (198,) arrays."""
    lines = files("loopsim.data").joinpath("transunion_2003.csv").read_text().splitlines()
    rows = [line.split(",") for line in lines[1:] if line and not line.startswith("#")]
    out = {}
    for name in GROUPS_2003:
        score, at_or_below, repay = np.array([r[1:] for r in rows if r[0] == name], dtype=float).T
        out[name] = (score, np.diff(at_or_below, prepend=0.0), repay)
    return out


class ScoreLaw:
    """The published repayment curve of each group, linear between its scores, as log-odds."""

    def __init__(self, groups: tuple[str, ...]) -> None:
        curves = [table()[name] for name in groups]
        self.grid = np.linspace(LOW, HIGH, 5501)
        self.curves = np.stack(
            [_logit(np.interp(self.grid, score, repay)) for score, _, repay in curves]
        )

    def logodds(self, features: Floats, group: NDArray[np.int8]) -> Floats:
        """(n,) log-odds of repaying, read off a grid of a tenth of a point."""
        cell = np.clip((features[:, 0] - LOW) * 10.0 + 0.5, 0.0, 5500.0).astype(np.int64)
        return self.curves[group, cell]


def _logit(p: Floats) -> Floats:
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(p) - np.log1p(-p)


class TransUnionSource:
    """People whose score is drawn from their group's distribution; see `Source`."""

    schema = Schema(("score",))
    limits = np.array([[LOW], [HIGH]])
    moves: ClassVar = {"repaid": {"score": 75.0}, "defaulted": {"score": -150.0}}

    def __init__(self, weights: dict[str, float], hidden: float) -> None:
        self.groups = tuple(name for name in GROUPS_2003 if name in weights)
        size = np.array([weights[name] for name in self.groups])
        self.shares = size / size.sum()
        self.hidden = hidden
        self.law = ScoreLaw(self.groups)

    def people(self, ids: NDArray[np.int64], draws: Draws) -> tuple[Floats, NDArray[np.int8]]:
        """Group first, then the score by the inverse of the group's distribution (cells)."""
        u = draws.uniform(Stream.PEOPLE, -1, ids)
        group = np.searchsorted(np.cumsum(self.shares)[:-1], u, side="right").astype(np.int8)
        v = draws.uniform(Stream.PEOPLE, -1, ids, k=1)
        score = np.empty(ids.size)
        for code, name in enumerate(self.groups):
            values, share, _ = table()[name]
            mine = group == code
            cell = np.searchsorted(np.cumsum(share) / share.sum(), v[mine])
            score[mine] = values[np.minimum(cell, values.size - 1)]
        return score[:, None], group
