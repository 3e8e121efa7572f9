"""Run a design of points and find the indices of every metric."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopsim.draws import Draws, Stream
from loopsim.engines import Engine
from loopsim.errors import InputError
from loopsim.registry import allow_code, there_are
from loopsim.scenario import Scenario
from loopsim.studies.evaluate import Evaluation, evaluate
from loopsim.studies.parameters import Choice
from loopsim.studies.sensitivity.estimate import estimate, known_blocks
from loopsim.studies.sensitivity.methods import Method, Morris, Sobol
from loopsim.studies.sensitivity.noise import Noise, noise
from loopsim.studies.sensitivity.result import Sensitivity
from loopsim.studies.space import Over, Space
from loopsim.studies.sweep.running import FIRST
from loopsim.twins.cut import metrics_of

Floats = NDArray[np.float64]
METHODS = ("morris", "sobol")
_UNKNOWN = dict.fromkeys(("value", "low", "high", "points", "seeds"), float("nan"))
_DESIGN = 1 << 71  # far from the seeds of runs, so that a design shares no draw with one


def sensitivity(
    scenario: Scenario,
    over: Over,
    metrics: str | Iterable[str] | None = None,
    method: str = "morris",
    samples: int | None = None,
    seeds: int | Sequence[int] = 4,
    pairs: bool = False,
    engine: Engine | str | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    last: int | None = None,
    code: Iterable[str | Path] = (),
    watch: Callable[[Evaluation], None] | None = None,
) -> Sensitivity:
    """Which of some parameters move a metric most, over their ranges and not at one point.

    Parameters
    ----------
    scenario : Scenario
    over : mapping from key path to a tuple (low, high) or a list of values
        ``{"policy.explore": (0, 0.2), "policy": ["break-even", "everyone"]}``; or texts such as
        ``"policy.explore=0:0.2"``. Values of a list are equally likely; the Morris method, which
        steps along a range, takes no lists of words.
    metrics : such as ``"true.auc"``, or formulas, optional
        Without any, the first three that `loopsim.cut` would show.
    method : str
        ``"morris"``: elementary effects, samples · (parameters + 1) points; a screening.
        ``"sobol"``: shares of the variance, samples · (parameters + 2) points.
    samples : int, optional
        Trajectories of the Morris method, by default 16; rows of Sobol's sequence, a power of 2, by
        default 64: with fewer, ``S1`` can be far off.
    seeds : int or sequence of int
        The same at every point; at least 2. The indices are those of the mean over them.
    pairs : bool
        With ``"sobol"``: second-order indices too, at samples · (2 · parameters + 2) points.
    engine, folder, workers, last, code, watch :
        As for `loopsim.evaluate`.

    Raises
    ------
    InputError
        A range or a value that the scenario cannot take, an unknown metric, SALib that is not
        installed; nothing has run.

    Examples
    --------
    >>> import loopsim
    >>> over = {"policy.explore": (0, 0.2), "labels.noise": (0, 0.1)}
    >>> loopsim.sensitivity(scenario, over, "true.auc").table                # doctest: +SKIP
    """
    allow_code(code)
    made = _method(method, pairs)
    space = Space.of(scenario, over)
    _check(space, made, seeds)
    samples = made.usual if samples is None else samples
    key = Draws(scenario.seed + _DESIGN).integer(Stream.PANEL, 0)
    shares = made.shares(len(space.keys), samples, key)
    points, of = _distinct([space.point(row.tolist()) for row in shares])
    if metrics is None:
        names = metrics_of(scenario, None)[:FIRST]
    else:
        names = (metrics,) if isinstance(metrics, str) else tuple(metrics)
    overrides = [space.overrides(point) for point in points]
    runs = evaluate(
        scenario, overrides, names, seeds, engine, folder, workers, last, code, watch=watch
    )
    for name in space.keys:  # a kind by its name, not as the mapping that stood for it
        runs[name] = [points[at].get(name) for at in runs["point"]]
    found = [_one(made, space, shares, _values(runs, name, of), key) for name in names]
    return Sensitivity(
        scenario.name, scenario.hash, made.name, {p.key: p.told for p in space.parameters},
        names, samples, min(last or scenario.observed.window, scenario.rounds), len(points), runs,
        pd.concat([rows.assign(metric=m) for m, (rows, *_) in zip(names, found, strict=True)])
        .loc[:, ["metric", "parameter", "index", "value", "low", "high", "points", "seeds"]]
        .reset_index(drop=True),
        pd.DataFrame([{"metric": m, **asdict(shown), "left_out": out}
                      for m, (_, shown, out) in zip(names, found, strict=True)]),
    )  # fmt: skip


def _method(name: str, pairs: bool) -> Method:
    if name not in METHODS:
        raise InputError(f"no method {name!r}; {there_are(METHODS, name)}")
    if name == "sobol":
        return Sobol(pairs)
    if pairs:
        raise InputError("pairs: the Morris method has no indices of pairs; sobol has")
    return Morris()


def _check(space: Space, method: Method, seeds: int | Sequence[int]) -> None:
    many = seeds if isinstance(seeds, int | np.integer) else len(seeds)
    if many < 2:
        raise InputError(f"seeds = {seeds}: must be at least 2, or noise cannot be told")
    for parameter in space.parameters:
        if isinstance(method, Morris) and isinstance(parameter, Choice) and not parameter.ordered:
            raise InputError(
                f"{parameter.key} = {parameter.told}: the Morris method steps along a range of "
                "numbers, and these have no order; sobol takes them"
            )


def _distinct(points: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[int]]:
    """Each point once, and which of them each of `points` is."""
    texts = [json.dumps(point, sort_keys=True) for point in points]
    found = dict(zip(texts, points, strict=True))
    number = {text: n for n, text in enumerate(found)}
    return list(found.values()), [number[text] for text in texts]


def _values(runs: pd.DataFrame, metric: str, of: list[int]) -> Floats:
    """(points of the design, seeds) one metric."""
    wide = runs.pivot(index="point", columns="seed", values=metric).sort_index()
    return np.asarray(wide.to_numpy(dtype=np.float64)[of])


def _one(
    method: Method, space: Space, shares: Floats, values: Floats, key: int
) -> tuple[pd.DataFrame, Noise, int]:
    """The indices of a metric, its noise, and how many blocks of the design are left out."""
    block = method.block(shares.shape[1])
    known = known_blocks(values, block)
    out = int((~known).sum()) // block
    if known.sum() >= 2 * block:
        rows = estimate(method, shares[known], values[known], key)
        shown = noise(values[known][method.independent(int(known.sum()), shares.shape[1])])
    else:
        rows = [{"index": method.main, "who": (i,), **_UNKNOWN} for i in range(len(space.keys))]
        shown = Noise(*[float("nan")] * 4)
    table = pd.DataFrame(rows)
    who = [" × ".join(space.keys[i] for i in who) for who in table.pop("who")]
    return table.assign(parameter=who), shown, out
