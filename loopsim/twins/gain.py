"""Does it run away? Push one thing a little, and follow the difference generation by generation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.edges import LOOPS
from loopsim.engines import Engine, run
from loopsim.errors import InputError
from loopsim.registry import allow_code, there_are
from loopsim.scenario import Scenario
from loopsim.simulation import Simulation
from loopsim.twins.attribution import idles, split
from loopsim.twins.branch import grown, pushed
from loopsim.twins.cut import metrics_of
from loopsim.twins.gain_result import Gain, LoopGain
from loopsim.twins.perturb import Perturbation, make

Floats = NDArray[np.float64]
TIMES = (1.0, -1.0, 2.0, -2.0)  # both signs, two sizes
BRANCHES = ("undisturbed", *(f"pushed {times:+g}" for times in TIMES))


def gain(
    scenario: Scenario,
    push: str | Perturbation = "scores",
    size: float = 0.05,
    group: str = "all",
    feature: str | None = None,
    metric: str | None = None,
    loops: Iterable[str] | None = None,
    at: int | None = None,
    generation: int | None = None,
    skip: int = 1,
    lags: int = 1,
    seeds: int = 8,
    confidence: float = 0.95,
    workers: int | None = None,
    code: Iterable[str | Path] = (),
    engine: Engine | str | None = None,
) -> Gain:
    """Measure the gain of a scenario's loops: all together, and each with the others cut.

    For each seed one run is grown to round `at`. From there five branches go on: undisturbed, and
    pushed by `size`, −`size` and twice that. All of them share every draw and all that was before.
    The difference of a metric, in both directions and per unit of the push, is averaged over each
    generation; its factor from one generation to the next is the gain: above 1 the difference runs
    away, below 1 the loop corrects itself, negative it overshoots.

    Parameters
    ----------
    scenario : Scenario
    push : name or Perturbation
        ``"scores"``, ``"threshold"``, ``"exposure"``, ``"labels"``, ``"features"``, ``"people"``,
        ``"items"`` for worlds of slates, one that the world offers, or an object of your own.
    size : float
        In the push's unit; small against what matters, large against the noise of a few cases.
    group : str
        Whom it touches.
    feature : str, optional
        For ``"features"`` and ``"people"``.
    metric : such as ``"true.score"``, optional
        What is followed, for the group that is pushed (where the metric has groups). Without one:
        what the push itself says, or the group's mean score.
    loops : names, optional
        Whose gain to measure singly, with all others cut; default all that can matter.
    at : int, optional
        The round of the push; default a quarter of the scenario's.
    generation : int, optional
        Rounds of a generation; default from one refit to the next.
    skip : int
        Generations after the push that are left out of the estimate; the first is the push itself.
    lags : int
        How many generations determine the next; above 1 the gain is that of the largest root.
    seeds : int
        At least 2; ``scenario.seed`` and so on.
    confidence : float
        Of the intervals. Verdicts rest on intervals that hold together for all loops (Bonferroni).
    workers : int, optional
        Processes; the figures do not depend on it.
    code : paths
        Files of your own that the scenario may run.
    engine : Engine or str, optional
        Where the runs are done, and whether they are kept: ``"serial"``, ``"processes"``, the
        address of a Dask scheduler, or a `loopsim.Study`.

    Raises
    ------
    InputError
        What cannot be measured: unknown names, a round outside the run, too few generations.
    """
    allow_code(code)
    if isinstance(push, str):
        push = make(scenario, push, size, group, feature)
    else:
        size, group = push.size, getattr(push, "group", group)
    at = scenario.rounds // 4 if at is None else at
    _check(scenario, at, generation, skip, lags, seeds, confidence)
    follow = _followed(scenario, push, metric, group)
    variants = _variants(scenario, loops)
    tasks: list[Task] = [
        (scenario.replace(seed=scenario.seed + i, **_cut(scenario, kept)).as_dict(), push, follow,
         at, generation)
        for kept in variants.values()
        for i in range(seeds)
    ]  # fmt: skip
    found_by_seed = run(_branches, tasks, scenario, workers, engine, "gain")
    traces = [Trace.of(table) for table in found_by_seed]
    joint = 1.0 - (1.0 - confidence) / len(variants)
    found = [
        LoopGain.of(label, kept, traces[i * seeds : (i + 1) * seeds], abs(size), skip, lags,
                    confidence, joint)
        for i, (label, kept) in enumerate(variants.items())
    ]  # fmt: skip
    return Gain(
        scenario.name, scenario.hash, push.describe(), push, follow.label, at, confidence,
        tuple(scenario.seed + i for i in range(seeds)), tuple(found),
    )  # fmt: skip


@dataclass(frozen=True)
class Follow:
    """What is read after every round: a metric, or what the push itself says (``""``)."""

    metric: str
    group: str

    @property
    def label(self) -> str:
        """As a reader names it."""
        return f"{self.metric or 'what was pushed'} ({self.group})"

    def read(self, sim: Simulation, push: Perturbation) -> float:
        """Its value in the round just completed."""
        if not self.metric:
            return float(push.trace(sim))  # type: ignore[attr-defined]
        ledger, name = split(self.metric)
        figures = sim.series.latest(ledger)[sim.series.names(ledger).index(name)]
        return float(figures[sim.series.groups.index(self.group)])


@dataclass(frozen=True, eq=False)
class Trace:
    """Of one seed: what was followed, from the round of the push on.

    Attributes
    ----------
    values : (1 + len(TIMES), rounds) float64 array
        The undisturbed branch first.
    starts : tuple of int
        First rounds of the generations, counted from the push; its own is the first.
    """

    values: Floats
    starts: tuple[int, ...]

    @classmethod
    def of(cls, table: pd.DataFrame) -> Trace:
        """From what `table` gave."""
        values = table[list(BRANCHES)].to_numpy(dtype=np.float64).T
        return cls(np.ascontiguousarray(values), tuple(np.flatnonzero(table["starts"]).tolist()))

    def table(self) -> pd.DataFrame:
        """A row a round: what was followed in each branch, and whether a generation starts."""
        starts = np.isin(np.arange(self.values.shape[1]), self.starts)
        return pd.DataFrame(dict(zip(BRANCHES, self.values, strict=True)) | {"starts": starts})


Task = tuple[dict[str, Any], Perturbation, Follow, int, int | None]


def _branches(task: Task) -> pd.DataFrame:
    """All branches of one seed; see `Trace.table`."""
    plain, push, follow, at, generation = task
    scenario = Scenario.parse(plain)
    with grown(scenario, at) as stem:
        made = []
        for times in (0.0, *TIMES):
            sim = pushed(stem.branch(), push.scaled(times) if times else None)
            values = [follow.read(sim, push)]
            while sim.t < scenario.rounds:
                sim.step()
                values.append(follow.read(sim, push))
            made.append(values)
            if not times:
                fitted = [v.round - at for v in sim.versions if v.round > at]
    rounds = scenario.rounds - at
    starts = [0, *fitted] if generation is None else range(0, rounds, generation)
    return Trace(np.array(made), tuple(starts if len(starts) > 1 else range(rounds))).table()


def _variants(scenario: Scenario, asked: Iterable[str] | None) -> dict[str, tuple[str, ...]]:
    """Which loops stay closed, by the name of the case."""
    names = LOOPS if asked is None else ((asked,) if isinstance(asked, str) else tuple(asked))
    for name in names:
        if name not in LOOPS:
            raise InputError(f"no loop {name!r}; {there_are(LOOPS, name)}")
    live = tuple(name for name in LOOPS if not idles(scenario, name))
    single = [name for name in live if name in names] if len(live) > 1 else []
    return {"all": live, **{name: (name,) for name in single}}


def _cut(scenario: Scenario, kept: tuple[str, ...]) -> dict[str, float]:
    return {f"loops.{name}": 0.0 for name in LOOPS if name not in kept}


def _followed(scenario: Scenario, push: Perturbation, metric: str | None, group: str) -> Follow:
    if metric is None and hasattr(push, "trace"):
        return Follow("", group)
    metrics_of(scenario, (metric := metric or "true.score",))
    single = split(metric)[1].startswith(("gap.", "pressure."))
    return Follow(metric, "all" if single else group)


def _check(
    scenario: Scenario, at: int, generation: int | None, skip: int, lags: int, seeds: int,
    confidence: float,
) -> None:  # fmt: skip
    least = {"seeds": (seeds, 2), "skip": (skip, 0), "lags": (lags, 1), "at": (at, 0)}
    least |= {} if generation is None else {"generation": (generation, 1)}
    for name, (value, low) in least.items():
        if value < low:
            raise InputError(f"{name} = {value}: must be at least {low}")
    if at >= scenario.rounds - 1:
        raise InputError(f"at = {at}: must be before the last of the {scenario.rounds} rounds")
    if not 0.5 <= confidence < 1.0:
        raise InputError(f"confidence = {confidence}: must be in [0.5, 1)")
