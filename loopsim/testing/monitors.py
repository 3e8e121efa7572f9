"""What every monitor must keep to: run it on your own before you trust a run with it.

>>> from loopsim.features import Schema
>>> from loopsim.monitoring.missing import MissingMonitor
>>> check_monitor(lambda: MissingMonitor(("income",), 0.1), Schema(("income",)))
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.draws import Draws, Stream
from loopsim.features import Schema
from loopsim.feedback import LabelBatch
from loopsim.monitoring.watch import Monitor, Reading
from loopsim.testing.requirement import with_examples

CASES = 300
HISTORY = 400
ROUNDS = 8
VERSIONS = (0, 4)  # rounds in which one goes live
STOPS = (2, 5)  # rounds after which another monitor takes over
_require = with_examples("monitor")


@dataclass(frozen=True)
class Round:
    """What a monitor is shown in one round."""

    labels: LabelBatch
    cases: Cases
    fitted: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]] | None = None


def check_monitor(make: Callable[[], Monitor], schema: Schema) -> None:
    """Raise AssertionError, naming the rule and what it was broken with, if a monitor breaks it.

    Parameters
    ----------
    make : callable
        Makes a monitor as it is at the start of a run; it is called more than once.
    schema : Schema
        The features that it is made for.

    Raises
    ------
    AssertionError
        If its figures have other names in another round or are not floats, an alarm is not a str,
        it changes the cases, the labels or the rows that it is shown, two monitors that saw the
        same read different things, or one restored from another's state (plain arrays) goes on
        differently; with rounds as they come: no cases, no labels, missing values, one class.
    """
    for what, rounds in _examples(schema).items():
        readings = _watched(make, rounds, what)
        again = _watched(make, rounds, what)
        _require(_same(readings, again), "the same rounds are read the same", what, make())
        for stop in STOPS:
            _check_restored(make, rounds, readings, stop, what)


def _examples(schema: Schema) -> dict[str, list[Round]]:
    """Rounds as they come, in words."""
    usual = [_round(schema, t) for t in range(ROUNDS)]
    return {
        "usual rounds": usual,
        "no cases": [_round(schema, t, size=0 if t % 3 else CASES) for t in range(ROUNDS)],
        "no cases at all": [_round(schema, t, size=0) for t in range(ROUNDS)],
        "no labels": [Round(r.labels.take(slice(0)), r.cases, r.fitted) for r in usual],
        "a feature that is missing": [_round(schema, t, missing=t > 2) for t in range(ROUNDS)],
        "features that are all missing": [_round(schema, t, missing=True) for t in range(ROUNDS)],
        "one class": [_round(schema, t, one_class=True) for t in range(ROUNDS)],
        "no version yet": [Round(r.labels, r.cases) for r in usual],
        "a version fitted on nothing": [_fitted_on_nothing(r) for r in usual],
    }


def _fitted_on_nothing(r: Round) -> Round:
    nothing = None if r.fitted is None else (r.fitted[0][:0], r.fitted[1][:0], r.fitted[2][:0])
    return Round(r.labels, r.cases, nothing)


def _round(
    schema: Schema, t: int, size: int = CASES, missing: bool = False, one_class: bool = False
) -> Round:
    """Round t: its cases, labels of the round before, and what a new version is fitted on."""
    draws = Draws(7)
    opened = _cases(schema, draws, t - 1, 0 if t == 0 else size, missing)
    chance = draws.uniform(Stream.OUTCOME, t - 1, opened.ids)
    label = (chance < np.nan_to_num(opened.scores, nan=0.5)).astype(np.int8)
    if one_class:
        label[:] = 1
    batch = LabelBatch(
        opened.prediction_id,
        label,
        np.full(len(opened), t - 1, dtype=np.int32),
        opened.scores,
        opened.group,
        opened.actions,
        (opened.ids % 9 == 0).astype(np.int8),
    )
    fitted = None
    if t in VERSIONS:
        rows = _cases(schema, draws, 100 + t, HISTORY, missing)
        good = (draws.uniform(Stream.OUTCOME, 100 + t, rows.ids) < rows.scores).astype(np.int8)
        fitted = (rows.features, rows.scores, np.ones_like(good) if one_class else good)
    return Round(batch, _cases(schema, draws, t, size, missing), fitted)


def _cases(schema: Schema, draws: Draws, t: int, size: int, missing: bool) -> Cases:
    rows = np.arange(size)
    features = np.empty((size, len(schema)))
    for j, name in enumerate(schema.names):
        levels = schema.levels.get(name)
        if levels is None:
            draws.normal(Stream.FEATURE, t, rows, j, out=features[:, j])
        else:
            features[:, j] = np.floor(draws.uniform(Stream.FEATURE, t, rows, j) * len(levels))
    scores = 1.0 / (1.0 + np.exp(-features[:, 0]))
    if missing:
        features[:, :1] = np.nan
    cases = Cases(t, rows, rows * 3 + 1, (rows % 2).astype(np.int8), features, 1, scores)
    cases.actions = (scores >= 0.5).astype(np.int8)
    cases.propensities = np.ones(size)
    return cases


def _watched(make: Callable[[], Monitor], rounds: list[Round], what: str) -> list[Reading]:
    monitor = make()
    _require(bool(getattr(monitor, "name", "")), "a monitor has a name", what, monitor)
    readings = [_live(monitor, t, r, what) for t, r in enumerate(rounds)]
    names = [tuple(reading.values) for reading in readings]
    _require(set(names) == {names[0]}, "the same figures every round", what, monitor)
    return readings


def _live(monitor: Monitor, t: int, r: Round, what: str) -> Reading:
    """One round, in the order of `loopsim.step`; what it is shown must stay as it is."""
    before = deepcopy(r)
    monitor.see_labels(t, r.labels)
    reading = monitor.read(t)
    if r.fitted is not None:
        monitor.refer(*r.fitted)
    monitor.see_cases(t, r.cases)
    _require(_intact(before, r), "a monitor changes nothing that it is shown", what, monitor)
    typed = all(isinstance(value, float) for value in reading.values.values())
    _require(typed, "a figure is a float, NaN where unknown", what, monitor)
    _require(isinstance(reading.alarm, str), "an alarm is a str", what, monitor)
    return reading


def _intact(before: Round, after: Round) -> bool:
    tables = [(before.labels, after.labels, tuple(f.name for f in fields(LabelBatch)))]
    columns = ("rows", "ids", "group", "features", "scores", "actions", "propensities")
    kept = all(
        np.array_equal(getattr(a, c), getattr(b, c), equal_nan=c in ("features", "scores"))
        for a, b, names in [*tables, (before.cases, after.cases, columns)]
        for c in names
    )
    return kept and _alike(before.fitted or (), after.fitted or ())


def _alike(before: Any, after: Any) -> bool:
    pairs = zip(before, after, strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


def _check_restored(
    make: Callable[[], Monitor], rounds: list[Round], readings: list[Reading], stop: int, what: str
) -> None:
    """After round `stop`, another monitor goes on from this one's state."""
    one, other = make(), make()
    for t, r in enumerate(rounds[: stop + 1]):
        _live(one, t, r, what)
    state = one.state()
    plain = all(isinstance(v, np.ndarray) and not v.dtype.hasobject for v in state.values())
    _require(plain, "the state is plain arrays", what, one)
    other.restore({name: value.copy() for name, value in state.items()})
    rest = [_live(other, t, rounds[t], what) for t in range(stop + 1, len(rounds))]
    same = _same(rest, readings[stop + 1 :])
    _require(same, "a monitor that was restored reads what it would have read", what, one)


def _same(one: list[Reading], other: list[Reading]) -> bool:
    return all(
        a.alarm == b.alarm
        and list(a.values) == list(b.values)
        and np.array_equal([*a.values.values()], [*b.values.values()], equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )
