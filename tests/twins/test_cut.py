"""Twins differ by the loop that is cut, and by nothing else."""

import numpy as np
import pytest
from scipy import stats

import loopsim
from loopsim.edges import LOOPS
from loopsim.errors import InputError
from loopsim.twins.statistics import paired_t

WORLD = {
    "name": "twins",
    "rounds": 8,
    "environment": {"kind": "lending", "people": 2000, "dropout": 0.5, "discouragement": 0.5},
    "training": {"history": {"rows": 500, "feature": "score", "above": 600}},
}


def scenario(**changes):
    return loopsim.Scenario.parse(WORLD, changes)


def run(plan, rounds=None):
    return loopsim.Simulation(plan).run(rounds)


@pytest.mark.parametrize("loop", [name for name in LOOPS if name != "outcome"])
def test_round_0_of_twins_is_identical(loop):
    closed, cut = run(scenario(), 1), run(scenario().cut(loop), 1)
    assert (closed.cases.ids == cut.cases.ids).all()
    assert (closed.cases.scores == cut.cases.scores).all()
    assert (closed.outcomes.label == cut.outcomes.label).all()


def test_cutting_the_outcome_loop_changes_nothing_in_round_0_but_the_label():
    closed, cut = run(scenario(), 1), run(scenario().cut("outcome"), 1)
    assert (closed.cases.scores == cut.cases.scores).all()
    assert (closed.outcomes.good == cut.outcomes.good).all()
    assert (cut.outcomes.label == cut.outcomes.good).all()
    assert (closed.outcomes.label == 2).any()


NULLS = {
    "sampling": {"environment.dropout": 0, "environment.discouragement": 0},
    "outcome": {"policy": {"kind": "everyone"}},
    "feature": {"environment.moves": {"repaid": {"score": 0}}},
    "oversight": {},
}


@pytest.mark.parametrize("loop", NULLS)
def test_a_loop_that_carries_nothing_has_no_effect(loop):
    plan = scenario(**NULLS[loop])
    left, right = (run(p).series.frame()["value"] for p in (plan, plan.cut(loop)))
    assert np.array_equal(left, right, equal_nan=True)


def test_the_model_loop_carries_nothing_where_nothing_is_retrained():
    plan = scenario(**{"training.rule": "never"})
    left, right = (run(p).series.frame()["value"] for p in (plan, plan.cut("model")))
    assert np.array_equal(left, right, equal_nan=True)


def test_a_loop_of_strength_0_equals_the_same_loop_cut():
    for loop in LOOPS:
        zero = scenario(**{f"loops.{loop}": 0})
        assert zero.hash == scenario().cut(loop).hash


def test_the_figures_do_not_depend_on_the_workers():
    plan = scenario(rounds=3)
    one = loopsim.cut(plan, ["outcome"], seeds=2, workers=1)
    two = loopsim.cut(plan, ["outcome"], seeds=2, workers=2)
    assert one.series.equals(two.series)


def test_cutting_the_outcome_loop_shows_more_labels(tmp_path):
    result = loopsim.cut(scenario(), ["outcome"], seeds=3, metrics=["observed.labels"], workers=1)
    effect = result.effects.set_index("group").loc["all"]
    assert effect["high"] < 0
    assert result.figure(tmp_path / "cut.png").stat().st_size > 5000


def test_the_interval_is_scipys():
    x = np.array([0.1, 0.4, 0.2, 0.9])
    mean, low, high = paired_t(x)
    theirs = stats.ttest_1samp(x, 0).confidence_interval(0.95)
    assert (mean, low, high) == pytest.approx((x.mean(), theirs.low, theirs.high))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"loops": ["outcom"]}, "did you mean 'outcome'"),
        ({"loops": []}, "no loop to cut"),
        ({"seeds": 1}, "must be at least 2"),
        ({"metrics": ["auc"]}, "must start with true. or observed."),
        ({"metrics": ["true.aucc"], "workers": 1, "seeds": 2}, "did you mean 'true.auc'"),
    ],
)
def test_a_wrong_call_says_what_is_allowed(call, message):
    with pytest.raises(InputError, match=message):
        loopsim.cut(scenario(), **call)
