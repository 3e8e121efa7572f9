"""Twins differ by the loop that is cut, and by nothing else."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import loopsim
from loopsim.edges import LOOPS
from loopsim.errors import InputError
from loopsim.twins import CutResult
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
    assert (closed.cases.actions == cut.cases.actions).all()
    assert (closed.outcomes.label == cut.outcomes.label).all()


def test_cutting_the_outcome_loop_changes_nothing_in_round_0_but_the_label():
    closed, cut = run(scenario(), 1), run(scenario().cut("outcome"), 1)
    assert (closed.cases.ids == cut.cases.ids).all()
    assert (closed.cases.scores == cut.cases.scores).all()
    assert (closed.cases.actions == cut.cases.actions).all()
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


@pytest.mark.parametrize("loop", ["sampling", "outcome", "model", "oversight"])
def test_a_loop_closed_for_nobody_equals_the_same_loop_cut(loop):
    # So weak that no person is inside, yet not 0: the blending code runs, not the cut's short way.
    blended, cut = (run(scenario(**{f"loops.{loop}": s})) for s in (1e-300, 0))
    left, right = (sim.series.frame()["value"] for sim in (blended, cut))
    assert np.array_equal(left, right, equal_nan=True)


def test_an_effect_is_the_difference_of_its_arms_where_one_seed_is_unknown():
    values = {(0, "closed"): 1.0, (0, "cut"): 0.5, (1, "closed"): 9.0, (1, "cut"): np.nan}
    values |= {(2, "closed"): 2.0, (2, "cut"): 1.0}
    rows = [
        {"seed": s, "arm": a, "round": 0, "ledger": "true", "metric": "auc", "group": "all",
         "value": v}
        for (s, a), v in values.items()
    ]  # fmt: skip
    row = CutResult("x", ("outcome",), ("true.auc",), pd.DataFrame(rows), 1).effects.iloc[0]
    assert (row["closed"], row["cut"], row["effect"]) == (1.5, 0.75, 0.75)


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
        ({"metrics": ["auc"]}, "no metric 'auc'"),
        ({"workers": 0}, "workers = 0: must be at least 1"),
        ({"metrics": ["true.aucc"]}, "did you mean 'true.auc'"),
    ],
)
def test_a_wrong_call_says_what_is_allowed(call, message):
    with pytest.raises(InputError, match=message):
        loopsim.cut(scenario(), **call)
