"""What a comparison showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.studies.compare.statistics import bootstrap, p_value
from loopsim.studies.compare.verdict import Verdict, decide
from loopsim.twins.statistics import holm, paired_t

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """Arms (scenarios) under conditions (as it is, and stress variants) over paired seeds.

    Attributes
    ----------
    objective : str
    arms, conditions : tuple of str
    seeds : tuple of int
    runs : DataFrame
        A row a run: condition, arm, seed, objective, and each figure and cost, means a round.
    paths : mapping from (condition, arm) to (seeds, rounds) array
        The objective round by round.
    differs : mapping from arm to {key path: value}
        Where it differs from the first arm; that is what is compared.
    stress : mapping from condition to its overrides
    rounds : int
        Rounds in a mean.
    """

    objective: str
    arms: tuple[str, ...]
    conditions: tuple[str, ...]
    seeds: tuple[int, ...]
    runs: pd.DataFrame
    paths: Mapping[tuple[str, str], Floats]
    differs: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    stress: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    rounds: int = 0

    def of(self, condition: str, arm: str, figure: str = "objective") -> Floats:
        """(seeds,) one figure of one arm."""
        mine = self.runs[(self.runs["condition"] == condition) & (self.runs["arm"] == arm)]
        return mine.sort_values("seed")[figure].to_numpy(dtype=np.float64)

    def means(self, condition: str) -> pd.Series:
        """Mean objective by arm, over the seeds in which it is known of all arms."""
        table = np.stack([self.of(condition, arm) for arm in self.arms])
        table = table[:, np.isfinite(table).all(axis=0)]
        means = table.mean(axis=1) if table.shape[1] else np.full(len(self.arms), np.nan)
        return pd.Series(means, index=self.arms)

    def difference(self, condition: str, arm: str, rival: str) -> Floats:
        """(seeds,) objective of `arm` less that of `rival`."""
        return self.of(condition, arm) - self.of(condition, rival)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a condition and arm: means over the seeds of everything."""
        figures = self.runs.drop(columns="seed").groupby(["condition", "arm"], sort=False).mean()
        order = [(c, a) for c in self.conditions for a in self.arms]
        return figures.loc[order].reset_index()

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """A row a condition and pair: effect (arm less rival), intervals, p, and p after Holm.

        ``low`` and ``high`` are Student's t (95%), ``b_low`` and ``b_high`` the bootstrap's.
        """
        rows = [
            self._pair(condition, arm, rival)
            for condition in self.conditions
            for arm, rival in combinations(self.arms, 2)
        ]
        table = pd.DataFrame(rows)
        return table.assign(p_holm=holm(table["p"].to_numpy()))

    def _pair(self, condition: str, arm: str, rival: str) -> dict[str, Any]:
        difference = self.difference(condition, arm, rival)
        effect, low, high = paired_t(difference)
        b_low, b_high = bootstrap(difference)
        return {
            "condition": condition, "arm": arm, "rival": rival, "effect": effect,
            "low": low, "high": high, "b_low": b_low, "b_high": b_high,
            "p": p_value(difference), "seeds": int(np.isfinite(difference).sum()),
        }  # fmt: skip

    @cached_property
    def verdict(self) -> Verdict:
        """Who wins, or that it cannot be told; see `loopsim.studies.compare.verdict.decide`."""
        return decide(self)

    def figure(self, path: str | Path) -> Path:
        """Draw the objective over the rounds, the leads and the costs, as PNG."""
        from loopsim.studies.compare.figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (unknown is None)."""
        return {
            "objective": self.objective,
            "verdict": {"winner": self.verdict.winner, "text": self.verdict.text},
            "comparisons": len(self.pairs),
            "seeds": list(self.seeds),
            "arms": list(self.arms),
            "differs": dict(self.differs),
            "stress": dict(self.stress),
            "means": _plain(self.table),
            "pairs": _plain(self.pairs),
        }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.astype(object).where(table.notna(), None).to_dict("records")
