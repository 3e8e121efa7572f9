"""The conformance check on worlds of numbers: which ones pass, and what it finds in others."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from loopsim.testing.environments import check_environment

sys.path.insert(0, str(Path(__file__).parents[1] / "numbers"))
import performative


def test_outcomes_that_follow_a_prediction_keep_to_it():
    check_environment(performative.Performative(people=100).build)


class Sound(performative.PerformativeWorld):
    name = "sound"

    def __init__(self, strengths):
        super().__init__(performative.Performative(people=60), strengths)


def outcome(**changes):
    """A sound world with one column of its outcomes changed: ``change(outcomes, cases)``."""

    def changed(self, people, cases, draws):
        out = Sound.outcomes(self, people, cases, draws)
        return replace(out, **{name: make(out, cases) for name, make in changes.items()})

    return type("Does", (Sound,), {"outcomes": changed})


class Past(Sound):
    """What was predicted last is the next outcome, whatever the loops."""

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        moved = out.good + people.world["theta"]
        return replace(out, good=moved, label=moved)


class Ranked(Sound):
    """An outcome is told by its place in the round."""

    def outcomes(self, people, cases, draws):
        out = super().outcomes(people, cases, draws)
        return replace(out, good=out.good + np.arange(len(cases)))


BROKEN = {
    "outcomes of float32": (
        outcome(good=lambda out, _: out.good.astype(np.float32)),
        "good is \\(n,\\) float64 and finite",
    ),
    "an unknown expectation": (
        outcome(probability=lambda out, _: out.probability * np.nan),
        "probability is \\(n,\\) float64 and finite",
    ),
    "a label without end": (outcome(label=lambda out, _: out.label * np.inf), "label is"),
    "an outcome of the prediction": (
        outcome(good=lambda out, cases: out.good + cases.scores),
        "do not depend on the prediction",
    ),
    "a cut that is none": (
        outcome(label=lambda out, cases: out.good + cases.scores),
        "with the outcome loop cut no prediction",
    ),
    "predictions that last": (Past, "with all loops cut decisions move nothing"),
    "compared with others": (Ranked, "keyed by its id"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_every_broken_rule_is_named(how):
    build, rule = BROKEN[how]
    with pytest.raises(AssertionError, match=rule):
        check_environment(build)
