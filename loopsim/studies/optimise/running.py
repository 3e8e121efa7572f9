"""Search on some seeds, and judge what was found on others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loopsim.draws import Draws, Stream
from loopsim.engines import Engine, engine_of
from loopsim.errors import InputError
from loopsim.limits import Limit
from loopsim.objective import LEDGERS, Objective
from loopsim.registry import allow_code
from loopsim.scenario import Scenario
from loopsim.studies.asked import check_counts, check_figures, numbers
from loopsim.studies.compare.running import OBJECTIVES
from loopsim.studies.evaluate import Evaluation
from loopsim.studies.optimise.result import Optimum
from loopsim.studies.optimise.search import Search
from loopsim.studies.optimise.trials import Trial, best_of
from loopsim.studies.space import Over, Space
from loopsim.studies.study import Study

_SEARCH = 1 << 72  # far from the seeds of runs, so that a search shares no draw with one
Watch = Callable[[list[Trial]], None]


def optimise(
    scenario: Scenario,
    over: Over,
    objective: str | None = None,
    limits: Iterable[str] | None = None,
    trials: int = 40,
    seeds: int = 8,
    held_out: int = 20,
    engine: Engine | str | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    last: int | None = None,
    code: Iterable[str | Path] = (),
    at_once: int = 1,
    watch: Watch | None = None,
) -> Optimum:
    """The best point of a space, chosen on some seeds and judged on others.

    Parameters
    ----------
    scenario : Scenario
        What the best point is held against, as it is.
    over : mapping from key path to a tuple (low, high) or a list of values
        ``{"policy.explore": (0, 0.2), "policy": ["break-even", "everyone"]}``; or texts such as
        ``"policy.explore=0:0.2"``.
    objective : str, optional
        A mix such as ``"true.profit - 0.5*true.gap.approval"``; more is better. Without one,
        that of the scenario's `governance`, else profit (or the click-through rate).
    limits : such as ``"observed.gap.approval <= 0.1"``, optional
        A point is kept to them by its means over the seeds. Without any, those of the scenario's
        `governance`; ``[]`` for none.
    trials : int
        Points to try.
    seeds : int
        Runs of each, in pairs: the scenario's ``seed``, that plus 1 and so on; at least 2.
    held_out : int
        The next so many seeds, which nothing has seen: for the best point and for the scenario as
        it is; at least 2.
    engine, folder, workers, last, code :
        As for `loopsim.evaluate`.
    at_once : int
        Points that are asked for before any of them is answered: more keep more workers busy, and
        the search learns less from each.
    watch : callable, optional
        Called with the trials so far after each.

    Raises
    ------
    InputError
        A value that the scenario cannot take, an unknown figure, a limit that cannot be read,
        Optuna that is not installed; nothing has run.

    Examples
    --------
    >>> import loopsim
    >>> over = {"policy.explore": (0, 0.2)}
    >>> loopsim.optimise(scenario, over, trials=20).verdict.text             # doctest: +SKIP
    """
    allow_code(code)
    space = Space.of(scenario, over)
    _check(trials, seeds, held_out, at_once, last)
    asked = _limits(scenario, limits)
    goal = Objective.parse(objective or _stated(scenario) or _usual(scenario))
    goals = (goal, *(limit.mix for limit in asked))
    check_figures(scenario, goals)
    search = Search(space, Draws(scenario.seed + _SEARCH).integer(Stream.PANEL, 0), _first(trials))
    chosen_on = numbers(scenario, seeds)
    unseen = [scenario.seed + seeds + i for i in range(held_out)]
    with ExitStack() as stack:
        on = stack.enter_context(engine_of(engine, workers, at_once * seeds))
        on = on if folder is None else stack.enter_context(Study(folder, on))
        runs = _Runs(Evaluation(scenario, [{}], goals), on, last)
        runs.do([0], chosen_on)
        found: list[Trial] = []
        while len(found) < trials:
            found += _tried(
                search, runs, asked, chosen_on, min(at_once, trials - len(found)), found
            )
            if watch is not None:
                watch(found)
        best = best_of(found)
        if best is not None:
            runs.do([0, best.at], unseen)
    return Optimum(
        scenario.name, scenario.hash, goal.text, asked, {p.key: p.told for p in space.parameters},
        tuple(found), best, tuple(chosen_on), tuple(unseen) if best is not None else (),
        min(last or scenario.observed.window, scenario.rounds), runs.frame(space.keys, found),
    )  # fmt: skip


@dataclass
class _Runs:
    """Points of a scenario, run where they have not been yet."""

    made: Evaluation
    engine: Engine
    last: int | None
    known: dict[str, int] = field(default_factory=dict)

    def number(self, space: Space, point: dict[str, Any]) -> int:
        """The number of a point, which is new or not."""
        text = json.dumps(point, sort_keys=True)
        if text not in self.known:
            self.known[text] = self.made.add([space.overrides(point)]).start
        return self.known[text]

    def do(self, points: Iterable[int], seeds: list[int]) -> None:
        """Run points with seeds, each once."""
        there = set(self.made.asked)
        new = [(p, seed) for p in dict.fromkeys(points) for seed in seeds if (p, seed) not in there]
        for outcome in self.engine.stream(self.made.jobs(new, self.last), self.made.scenario):
            self.made.take(outcome)

    def means(self, point: int) -> list[float]:
        """The objective and the limits' mixes, over the seeds so far; NaN if one is unknown."""
        mine = [n for n, (at, _) in enumerate(self.made.asked) if at == point]
        unknown = (float("nan"),) * len(self.made.goals)
        return np.mean([self.made.found.get(n, unknown) for n in mine], axis=0).tolist()

    def frame(self, keys: Iterable[str], found: list[Trial]) -> pd.DataFrame:
        """A row a run: the point's number, its values, the seed, the figures, an error."""
        table, of = self.made.frame(), {trial.at: trial.point for trial in found}
        told = {key: [of.get(at, {}).get(key) for at in table["point"]] for key in keys}
        figures = list(dict.fromkeys(goal.text for goal in self.made.goals))
        return pd.DataFrame(
            {"point": table["point"], **told, "seed": table["seed"],
             **{name: table[name] for name in figures}, "error": table["error"]}
        )  # fmt: skip


def _tried(
    search: Search, runs: _Runs, limits: tuple[Limit, ...], seeds: list[int], many: int,
    before: list[Trial],
) -> list[Trial]:  # fmt: skip
    """Ask for points, run them, tell what came of it."""
    asked = [search.ask() for _ in range(many)]
    at = [runs.number(search.space, point) for _, point in asked]
    runs.do(at, seeds)
    found = []
    for number, ((trial, point), place) in enumerate(zip(asked, at, strict=True), len(before) + 1):
        value, *mixes = runs.means(place)
        beyond = {
            limit.text: mix - limit.bound if limit.most else limit.bound - mix
            for limit, mix in zip(limits, mixes, strict=True)
        }
        search.tell(trial, value, beyond)
        found.append(Trial(number, place, point, value, beyond))
    return found


def _first(trials: int) -> int:
    """Trials by chance: a quarter, from 4 to 10."""
    return min(10, max(4, trials // 4))


def _stated(scenario: Scenario) -> str:
    return scenario.governance.objective if scenario.governance is not None else ""


def _usual(scenario: Scenario) -> str:
    shown = check_figures(scenario, ())
    return next((name for name in OBJECTIVES if name in shown), OBJECTIVES[0])


def _limits(scenario: Scenario, asked: Iterable[str] | None) -> tuple[Limit, ...]:
    """Here the truth may be held to a limit too: who looks at a simulation sees it."""
    if asked is None:
        asked = scenario.governance.limits if scenario.governance is not None else ()
    texts = (asked,) if isinstance(asked, str) else tuple(asked)
    found = tuple(Limit.parse(text, LEDGERS) for text in texts)
    for n, limit in enumerate(found):
        if limit.text in [other.text for other in found[:n]]:
            raise InputError(f"limit {limit.text!r}: given twice")
    return found


def _check(trials: int, seeds: int, held_out: int, at_once: int, last: int | None) -> None:
    check_counts(seeds, last)
    for name, value in (("seeds", seeds), ("held_out", held_out)):
        if value < 2:
            raise InputError(f"{name} = {value}: must be at least 2, or there is no interval")
    for name, value in (("trials", trials), ("at_once", at_once)):
        if value < 1:
            raise InputError(f"{name} = {value}: must be at least 1")
