"""Trial: arms of one scenario over paired seeds, in worker processes.

>>> trial = Trial(
...     {"name": "tiny", "rounds": 4, "environment": {"kind": "lending", "people": 300}},
...     {"model": {}, "everybody": {"policy": "everyone"}},
...     ["true.approval"], seeds=2, workers=1,
... )
>>> trial.path("everybody", "true.approval").tolist()
[[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]
>>> bool((trial.difference("everybody", "model", "true.approval") > 0).all())
True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.costs import COSTS, Meter
from loopsim.engines import run
from loopsim.errors import InputError
from loopsim.experiment.picture import Panel, draw
from loopsim.objective import figure as parts
from loopsim.registry import allow_code, load_code, there_are
from loopsim.scenario import Scenario
from loopsim.series import LEDGERS
from loopsim.simulation import Simulation

Floats = NDArray[np.float64]
Changes = Mapping[str, Any]
OWN = "own"
_most: int | None = None


def alone() -> None:
    """In this process trials use no other process: it is one of several workers itself."""
    global _most
    _most = 1


@dataclass(frozen=True, eq=False)
class Trial:
    """What a pathology runs: the loop that makes it, what mends it, and controls.

    Nothing runs until a figure is asked for; then all arms run once.

    Parameters
    ----------
    base : path of a scenario file, or a mapping like the one in a file
    arms : mapping from a name to changes by key path
        ``{"diseased": {}, "explores": {"policy.explore": 0.05}, "all loops cut": ALL_CUT}``.
    figures : such as ``true.auc``, ``observed.auc[black]``, ``cost.labels`` or ``own.NAME``
        In an arm without it (no desk, no overrides) a figure is unknown.
    seeds : int
        Of each arm: the scenario's ``seed``, that plus 1 and so on. With the same seed arms are
        exact twins up to what differs between them.
    controls : names of arms
        Drawn in grey.
    common : mapping
        Changes that every arm has, such as ``{"environment.people": 20_000, "seed": 101}``.
    last : int
        Ends are means over so many last rounds.
    watch : (path, name), optional
        A class in a file of your own, an observer of the run (see `loopsim.Simulation`); its
        attribute ``paths``, a dict from a name to a list with a number a round, is ``own.NAME``.
    code : paths
        Files of your own that the scenario may run.
    workers : int, optional
        Processes; the figures do not depend on it.
    """

    base: str | Path | Mapping[str, Any]
    arms: Mapping[str, Changes]
    figures: Sequence[str]
    seeds: int
    controls: Sequence[str] = ()
    common: Changes = field(default_factory=dict)
    last: int = 10
    watch: tuple[str, str] | None = None
    code: Sequence[str | Path] = ()
    workers: int | None = None

    def scenario(self, arm: str, seed: int = 0, **changes: Any) -> Scenario:
        """Of an arm, `seed` after the scenario's own; further changes by key path."""
        if isinstance(self.base, Mapping):
            first = Scenario.parse(self.base, self.common)
        else:
            first = Scenario.load(self.base, self.common)
        return first.replace(**{"seed": first.seed + seed, **self.arms[arm], **changes})

    def path(self, arm: str, figure: str) -> Floats:
        """(seeds, rounds) a figure of one arm."""
        return self._lived[arm][figure]

    def end(self, arm: str, figure: str) -> Floats:
        """(seeds,) its means over the last rounds, as far as it is known in them."""
        tail = self.path(arm, figure)[:, -self.last :]
        known = np.isfinite(tail)
        total = np.where(known, tail, 0.0).sum(axis=1)
        return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)

    def total(self, arm: str, figure: str) -> Floats:
        """(seeds,) its sum over all rounds in which it is known: money, harm, labels."""
        return np.asarray(np.nansum(self.path(arm, figure), axis=1))

    def difference(self, arm: str, other: str, figure: str) -> Floats:
        """(seeds,) paired differences of the ends, `arm` less `other`."""
        return self.end(arm, figure) - self.end(other, figure)

    def draw(self, panels: Sequence[Panel], title: str, path: Path) -> None:
        """The standard figure: all arms over rounds, with 95% bands."""
        draw(self, panels, title, path)

    def check(self) -> None:
        """Live one round of every arm; InputError if a figure is one of none."""
        known = [name for arm in self.arms for name in _live(self._task(arm, 0, rounds=1))]
        for figure in self.figures:
            ledger, metric, _ = parts(figure)
            if f"{ledger}.{metric}" not in known:
                told = there_are(dict.fromkeys(known), figure)
                raise InputError(f"no figure {figure!r} in any arm; {told}")

    @cached_property
    def _lived(self) -> dict[str, dict[str, Floats]]:
        allow_code(self.code)
        self.check()
        tasks = [self._task(arm, seed) for arm in self.arms for seed in range(self.seeds)]
        first = self.scenario(next(iter(self.arms)))
        found = iter(run(_figures, tasks, first, _most or self.workers))
        runs = {arm: [next(found) for _ in range(self.seeds)] for arm in self.arms}
        return {
            arm: {name: np.stack([one[name] for one in each]) for name in self.figures}
            for arm, each in runs.items()
        }

    def _task(self, arm: str, seed: int, rounds: int | None = None) -> Task:
        plain = self.scenario(arm, seed).as_dict()
        return plain, tuple(self.figures), rounds, self.watch


Task = tuple[dict[str, Any], tuple[str, ...], int | None, tuple[str, str] | None]


def _figures(task: Task) -> dict[str, Floats]:
    """(rounds,) each figure of one run."""
    found = _live(task)
    rounds = task[0]["rounds"]
    return {name: found.get(name, np.full(rounds, np.nan)) for name in task[1]}


def _live(task: Task) -> dict[str, Floats]:
    """Run in memory: every figure of everybody, and those asked for of groups."""
    plain, asked, rounds, watch = task
    meter, mine = Meter(), _watcher(watch)
    sim = Simulation(Scenario.parse(plain), [meter, *([mine] if mine else [])]).run(rounds)
    found = {f"cost.{cost}": np.array([row[cost] for row in meter.rounds]) for cost in COSTS}
    for name, values in (mine.paths if mine else {}).items():
        found[f"{OWN}.{name}"] = np.asarray(values, dtype=np.float64)
    for ledger in LEDGERS:
        for metric in sim.series.names(ledger):
            found[f"{ledger}.{metric}"] = sim.series.values(ledger, metric)
    for name in asked:
        ledger, metric, group = parts(name)
        if group != "all" and f"{ledger}.{metric}" in found:
            found[name] = sim.series.values(ledger, metric, group)
    return found


def _watcher(watch: tuple[str, str] | None) -> Any:
    if watch is None:
        return None
    allow_code([watch[0]])
    return load_code(*watch)()
