"""Every built-in monitor keeps to the interface, and the check notices each way to break it."""

import numpy as np
import pytest

from loopsim.features import Schema
from loopsim.monitoring.missing import MissingMonitor
from loopsim.monitoring.watch import Reading
from loopsim.registry import BUILT_IN, find
from loopsim.testing.monitors import check_monitor

SCHEMA = Schema(("income", "home", "debt"), {"home": ("owns", "rents", "other")})
SMALL = {"mmd": {"sample": 100}, "wasserstein": {"sample": 100}, "kswin": {"sample": 20}}
VARIANTS = [
    *((kind, SMALL.get(kind, {})) for kind in BUILT_IN["monitor"]),
    *(("ks", {"of": of, "against": a}) for of in ("scores", "labels") for a in ("fitted", "start")),
    ("mmd", {"against": "fitted", "sample": 60}),
    ("psi", {"against": "fitted", "least": 0.0}),
    ("adwin", {"on": "score", "sample": 400, "memory": 1000, "delta": 0.5}),
    ("kswin", {"on": "loss", "sample": 30, "budget": 100}),
    ("cbpe", {"calibrate": "labels", "minimum": 300}),
    ("subgroups", {"columns": ["group", "home"], "minimum": 5, "worse": 0.0, "sample": 100}),
]


def made(kind, settings, schema=SCHEMA):
    return lambda: find("monitor", kind).model_validate({"kind": kind, **settings}).build(schema)


@pytest.mark.parametrize(("kind", "settings"), VARIANTS, ids=str)
def test_a_built_in_monitor_keeps_to_the_interface(kind, settings):
    check_monitor(made(kind, settings), SCHEMA)


class Spoils(MissingMonitor):
    def see_cases(self, t, cases):
        super().see_cases(t, cases)
        cases.scores[:1] = 0.0


class Forgets(MissingMonitor):
    def restore(self, state):
        pass


class Renames(MissingMonitor):
    def read(self, t):
        return Reading({f"missing.{t}": 0.0})


class Pickles(MissingMonitor):
    def state(self):
        return {"usual": np.array([self], dtype=object)}


class Whims(MissingMonitor):
    def read(self, t):
        return Reading({"missing": float(np.random.default_rng().random())})


class Counts(MissingMonitor):
    def read(self, t):
        return Reading({"missing": t})


class Shouts(MissingMonitor):
    def read(self, t):
        return Reading({"missing": 0.0}, True)


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (Spoils, "changes nothing that it is shown"),
        (Forgets, "reads what it would have read"),
        (Renames, "the same figures every round"),
        (Pickles, "plain arrays"),
        (Whims, "the same rounds are read the same"),
        (Counts, "a figure is a float"),
        (Shouts, "an alarm is a str"),
    ],
)
def test_a_broken_monitor_is_told_the_rule(broken, rule):
    with pytest.raises(AssertionError, match=rule):
        check_monitor(lambda: broken(("income", "home", "debt"), 0.1), SCHEMA)


def test_a_monitor_without_a_name_is_told():
    with pytest.raises(AssertionError, match="has a name"):
        check_monitor(lambda: MissingMonitor(SCHEMA.names, 0.1, ""), SCHEMA)
