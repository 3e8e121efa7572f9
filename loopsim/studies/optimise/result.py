"""What a search found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.limits import Limit
from loopsim.studies.compare.statistics import bootstrap
from loopsim.studies.optimise.trials import Trial
from loopsim.studies.optimise.verdict import Verdict, decide
from loopsim.twins.attribution_result import plain
from loopsim.twins.statistics import paired_t

Floats = NDArray[np.float64]
CHOSEN, HELD = "chosen on", "held out"


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best point of a space, against the scenario as it is.

    Attributes
    ----------
    name, hash : str
        The scenario's.
    objective : str
    limits : tuple of Limit
    parameters : mapping from key path to what it ranged over
    trials : tuple of Trial
    best : Trial or None
        None if no trial keeps the limits.
    chosen_on, held_out : tuple of int
        The seeds that the search saw, and those that judge; none if there is nothing to judge.
    window : int
        Last rounds in a mean.
    runs : DataFrame
        A row a run: ``point`` (0 is the scenario as it is), the parameters, ``seed``, the
        objective, the mix of each limit, ``error``.
    """

    name: str
    hash: str
    objective: str
    limits: tuple[Limit, ...]
    parameters: Mapping[str, str]
    trials: tuple[Trial, ...]
    best: Trial | None
    chosen_on: tuple[int, ...]
    held_out: tuple[int, ...]
    window: int
    runs: pd.DataFrame

    @property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, and why."""
        return self.runs[self.runs["error"] != ""]

    def of(self, point: int, figure: str, seeds: tuple[int, ...]) -> Floats:
        """(seeds,) a figure at a point; unknown where the run failed."""
        mine = self.runs[self.runs["point"] == point].set_index("seed")[figure]
        return np.asarray(mine.reindex(list(seeds)).to_numpy(dtype=np.float64))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The objective on the seeds that the best point was chosen on, and on those held out.

        ``as_it_is`` and ``best`` are means; ``gain`` is the mean of the paired differences, with
        Student's t (``low``, ``high``) and bootstrap intervals (``b_low``, ``b_high``), 95%. Empty
        if no trial keeps the limits.
        """
        phases = [(CHOSEN, self.chosen_on), (HELD, self.held_out)]
        rows = [] if self.best is None else [self._gain(*phase) for phase in phases]
        return pd.DataFrame(rows)

    def _gain(self, phase: str, seeds: tuple[int, ...]) -> dict[str, Any]:
        assert self.best is not None, "asked for only then"
        here = self.of(self.best.at, self.objective, seeds)
        before = self.of(0, self.objective, seeds)
        both = np.isfinite(here) & np.isfinite(before)
        gain, low, high = paired_t(here - before)
        b_low, b_high = bootstrap(here - before)
        return {
            "seeds": phase, "as_it_is": _mean(before[both]), "best": _mean(here[both]),
            "gain": gain, "low": low, "high": high, "b_low": b_low, "b_high": b_high,
            "pairs": int(both.sum()),
        }  # fmt: skip

    @cached_property
    def kept(self) -> pd.DataFrame:
        """A row a limit: what it holds against its bound, on the seeds held out.

        ``as_it_is``, ``chosen_on`` and ``held_out`` are means (the last two of the best point),
        ``low`` and ``high`` Student's t of the last, 95%; ``verdict`` is kept, broken (the mean is
        beyond the bound), cannot tell (the interval is), or unknown.
        """
        rows = [] if self.best is None else [self._limit(limit) for limit in self.limits]
        return pd.DataFrame(rows)

    def _limit(self, limit: Limit) -> dict[str, Any]:
        assert self.best is not None, "asked for only then"
        held = self.of(self.best.at, limit.mix.text, self.held_out)
        mean, low, high = paired_t(held)
        return {
            "limit": limit.text,
            "as_it_is": _mean(self.of(0, limit.mix.text, self.held_out)),
            "chosen_on": _mean(self.of(self.best.at, limit.mix.text, self.chosen_on)),
            "held_out": mean, "low": low, "high": high,
            "verdict": _kept(limit, mean, low, high),
        }  # fmt: skip

    @cached_property
    def verdict(self) -> Verdict:
        """Whether it is better, and keeps the limits; see `loopsim.studies.optimise.verdict`."""
        return decide(self)

    @property
    def history(self) -> pd.DataFrame:
        """A row a trial: its point, the objective, what its limits are passed by, keeps."""
        rows = [
            {"trial": trial.number, **{key: trial.point.get(key) for key in self.parameters},
             self.objective: trial.value, **trial.beyond, "keeps": trial.keeps}
            for trial in self.trials
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def figure(self, path: str | Path) -> Path:
        """Draw the search, the gain on both kinds of seeds and the parameters, as PNG."""
        from loopsim.studies.optimise.figure import draw

        return draw(self, Path(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON (unknown is None)."""
        return {
            "name": self.name, "hash": self.hash, "objective": self.objective,
            "limits": [limit.text for limit in self.limits], "parameters": dict(self.parameters),
            "verdict": {"better": self.verdict.better, "text": self.verdict.text},
            "best": None if self.best is None else self.best.point,
            "chosen_on": list(self.chosen_on), "held_out": list(self.held_out),
            "window": self.window, "runs": len(self.runs), "failed": len(self.failed),
            "gain": plain(self.table), "kept": plain(self.kept), "trials": plain(self.history),
        }  # fmt: skip


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _kept(limit: Limit, mean: float, low: float, high: float) -> str:
    if not np.isfinite(mean):
        return "unknown"
    if (mean > limit.bound) if limit.most else (mean < limit.bound):
        return "broken"
    beyond = not (high <= limit.bound) if limit.most else not (low >= limit.bound)
    return "cannot tell" if beyond else "kept"
