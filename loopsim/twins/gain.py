"""Does it run away? Push one thing a little, and follow the difference generation by generation."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from loopsim.edges import LOOPS
from loopsim.engines import Engine, run
from loopsim.errors import InputError
from loopsim.registry import allow_code, there_are
from loopsim.scenario import Scenario
from loopsim.twins.attribution import idles
from loopsim.twins.follow import followed
from loopsim.twins.gain_result import Gain, LoopGain
from loopsim.twins.perturb import make
from loopsim.twins.pushes.base import Perturbation
from loopsim.twins.trace import Task, Trace, branches


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
        ``"reviewers"`` where there is a desk, ``"items"`` for worlds of slates, ``"tastes"`` for
        the recommender's, one that the world offers, or an object of your own.
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
    follow = followed(scenario, push, metric, group)
    variants = _variants(scenario, loops)
    tasks: list[Task] = [
        (scenario.replace(seed=scenario.seed + i, **_cut(scenario, kept)).as_dict(), push, follow,
         at, generation)
        for kept in variants.values()
        for i in range(seeds)
    ]  # fmt: skip
    tables = run(branches, tasks, scenario, workers, engine, "gain")
    traces = [Trace.of(table) for table in tables]
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
