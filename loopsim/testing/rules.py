"""What every retraining rule and every gate must keep to: run it on your own before a run.

>>> from loopsim.retraining.rules import EveryRule
>>> check_rule(EveryRule(4))
>>> from loopsim.retraining.gate import NoGate
>>> check_gate(NoGate())
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from loopsim.draws import Draws, Stream
from loopsim.environments.base import Money
from loopsim.memory import Rows
from loopsim.testing.requirement import with_examples

if TYPE_CHECKING:
    from loopsim.retraining.base import Readings, RetrainingRule
    from loopsim.retraining.canary import Canary
    from loopsim.retraining.gate import Gate, Trial

ROUNDS = 12
ROWS = 900
_require = with_examples("")


def check_rule(rule: RetrainingRule, metrics: tuple[str, ...] = ("auc",)) -> None:
    """Raise AssertionError, naming the rule of the interface, if a retraining rule breaks it.

    Parameters
    ----------
    rule : RetrainingRule
    metrics : tuple of str
        Observed figures that it looks at; they come known, unknown (NaN), and not at all.

    Raises
    ------
    AssertionError
        If it answers anything but a reason (a text that is not empty) or None, changes the
        readings, says something else when asked again, or remembers: a copy of it that has not
        seen the earlier rounds must say the same.
    """
    for what, days in _days(metrics).items():
        fresh = deepcopy(rule)
        for t, seen in enumerate(days):
            before = deepcopy(seen.observed)
            said = rule.due(seen, t)
            reason = said is None or (isinstance(said, str) and bool(said))
            _require(reason, "the answer is a reason or None", what, rule)
            same = list(before) == list(seen.observed) and np.array_equal(
                [*before.values()], [*seen.observed.values()], equal_nan=True
            )
            _require(same, "a rule changes no reading", what, rule)
            _require(rule.due(seen, t) == said, "asked again it says the same", what, rule)
            unaware = deepcopy(fresh).due(seen, t)
            _require(unaware == said, "a rule remembers nothing", what, rule)


def _days(metrics: tuple[str, ...]) -> dict[str, list[Readings]]:
    """Rounds as a rule meets them, in words."""
    from loopsim.retraining.base import Readings

    def day(t: int, value: float, alarms: tuple[str, ...] = ()) -> Readings:
        known = np.full(t, 0.8)
        observed = dict.fromkeys(metrics, value)
        return Readings(40 * t, t, observed, alarms, t // 3, lambda metric: known)

    falling = [day(t, 0.9 - 0.05 * t) for t in range(ROUNDS)]
    return {
        "figures that fall": falling,
        "figures that are unknown": [day(t, float("nan")) for t in range(ROUNDS)],
        "no figures": [Readings(0, t) for t in range(ROUNDS)],
        "alarms": [day(t, 0.8, ("missing", "ks")[: t % 3]) for t in range(ROUNDS)],
    }


@dataclass(frozen=True)
class Slope:
    """A model for trials: logistic in the first feature."""

    slope: float
    name: str = "slope"

    def score(self, features: Any) -> Any:
        """(n,) scores."""
        return 1.0 / (1.0 + np.exp(-self.slope * features[:, 0]))


def check_gate(gate: Gate) -> None:
    """Raise AssertionError, naming the rule of the interface, if a gate breaks it.

    Raises
    ------
    AssertionError
        If its answer is none of admit, refuse and wait, or gives no text as why; if it changes the
        rows, says something else when asked again about the same trial, or remembers a trial; with
        trials as they come: no rows, none held out, one class, one group, equal models, a
        challenger that is better or worse, now, rounds later and as a canary.
    """
    fresh = deepcopy(gate)
    for what, trial in _trials().items():
        before = deepcopy(trial.rows)
        said = deepcopy(fresh).admit(trial)
        answers = getattr(said, "answer", None) in ("admit", "refuse", "wait")
        _require(answers, "the answer is admit, refuse or wait", what, gate)
        _require(isinstance(said.why, str), "why is a text", what, gate)
        kept = all(
            np.array_equal(getattr(before, f.name), getattr(trial.rows, f.name))
            for f in fields(Rows)
        )
        _require(kept, "a gate changes no row", what, gate)
        _require(gate.admit(trial) == said, "a gate remembers nothing", what, gate)
        _require(gate.admit(trial) == said, "asked again it says the same", what, gate)


def _trials() -> dict[str, Trial]:
    """Candidates as they come to a gate, in words."""
    from loopsim.retraining.gate import Trial

    rows = trial_rows()
    dull, sharp = Slope(0.2), Slope(1.5)
    held = rows.priority < 0.4
    groups = ("a", "b")
    usual = Trial(9, 9, dull, sharp, rows, held, groups, Draws(5), Money())  # type: ignore[arg-type]
    one = np.flatnonzero(rows.label == 1)
    nobody = np.zeros(0, dtype=np.int64)
    return {
        "a better challenger": usual,
        "a worse challenger": replace(usual, champion=sharp, challenger=dull),  # type: ignore[arg-type]
        "equal models": replace(usual, challenger=dull),  # type: ignore[arg-type]
        "no rows": replace(usual, rows=rows.take(nobody), held=held[nobody]),
        "nothing held out": replace(usual, held=np.zeros(len(rows), dtype=bool)),
        "one class": replace(usual, rows=rows.take(one), held=held[one]),
        "rounds later": replace(usual, since=2),
        "one group": replace(usual, rows=replace(rows, group=rows.group * 0), groups=("a",)),
        "a canary under way": replace(usual, since=2, canary=_canary()),
    }


def _canary() -> Canary:
    """Both arms after some rounds."""
    from loopsim.retraining.canary import Canary

    made = Canary(2, 2, 3, 0.3, Draws(5), Money())
    champion = [700.0, 600, 30, 60, -90, 20, 500, 500]
    made.sums += np.array([champion, [300.0, 250, 9, 25, -45, 9, 200, 200]])
    return made


def trial_rows(size: int = ROWS) -> Rows:
    """Labelled rows whose first feature tells how likely the good outcome is (a logistic law)."""
    draws, ids = Draws(7), np.arange(size)
    features = draws.normal(Stream.FEATURE, 0, ids)[:, None]
    chance = 1.0 / (1.0 + np.exp(-1.5 * features[:, 0]))
    label = (draws.uniform(Stream.OUTCOME, 0, ids) < chance).astype(np.int8)
    opened = (ids % 9).astype(np.int32)
    return Rows(
        features, label, opened.astype(np.int64) + 1, opened, ids, (ids % 2).astype(np.int8),
        chance, np.ones(size), draws.uniform(Stream.RESERVOIR, 0, ids), np.zeros(size, np.int8),
        features, label,
    )  # fmt: skip
