"""How sure a lead is, against hand-computed cases and a resampling of the rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from loopsim.environments.base import Money
from loopsim.retraining.gates.evidence import Evidence, delong, expected_calibration_error, weigh

MONEY = Money(gain=0.2, loss=0.6)  # break-even .75


def columns(n, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    label = (rng.random(n) < 1 / (1 + np.exp(-x))).astype(np.int8)
    one, other = (1 / (1 + np.exp(-(x + rng.normal(size=n) * s))) for s in (2.0, 0.7))
    return one, other, label


def test_profit_is_of_those_at_and_above_break_even():
    champion = np.array([0.75, 0.9, 0.2, 0.8])  # yes, yes, no, yes: .2 − .6 + 0 − .6
    challenger = np.array([0.80, 0.1, 0.9, 0.7])  # yes, no, yes, no: .2 + 0 + .2 + 0
    label = np.array([1, 0, 1, 0], dtype=np.int8)
    found = weigh("profit", champion, challenger, label, MONEY)
    each = np.array([0.0, 0.6, 0.2, 0.6])  # by row, the challenger's less the champion's
    assert found.lead == pytest.approx(0.35)
    assert found.error == pytest.approx(each.std(ddof=1) / 2)


def test_accuracy_counts_who_was_right_at_a_half():
    champion, challenger = np.array([0.9, 0.9, 0.1, 0.1]), np.array([0.9, 0.1, 0.1, 0.1])
    label = np.array([1, 0, 0, 0], dtype=np.int8)
    found = weigh("accuracy", champion, challenger, label, MONEY)
    assert found == Evidence(0.25, pytest.approx(0.25), 4)  # one of four: sd .5 over 2


def test_the_brier_lead_is_of_squares():
    label = np.array([1, 0], dtype=np.int8)
    found = weigh("brier", np.array([0.5, 0.5]), np.array([0.9, 0.3]), label, MONEY)
    # .25 − .01 = .24 and .25 − .09 = .16
    assert (found.lead, found.error) == (pytest.approx(0.2), pytest.approx(0.04))


def test_delong_by_hand():
    # Two good, two bad. Champion: both good above both bad (AUC 1). Challenger: .6 > .5 > .4 > .1
    # with good at .6 and .4, bad at .5 and .1: three of four pairs, AUC .75.
    champion, challenger = np.array([0.9, 0.8, 0.2, 0.1]), np.array([0.6, 0.4, 0.5, 0.1])
    found = delong(champion, challenger, np.array([1, 1, 0, 0], dtype=np.int8))
    # By good row: 1, .5 against 1, 1; by bad row: .5, 1 against 1, 1. Variances .125 and .125.
    assert found.lead == pytest.approx(-0.25)
    assert found.error == pytest.approx(np.sqrt(0.125 / 2 + 0.125 / 2))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_auc_lead_is_scikit_learns_ties_counting_half(seed):
    one, other, label = columns(200, seed)
    one, other = np.round(one, 1), np.round(other, 1)
    expected = roc_auc_score(label, other) - roc_auc_score(label, one)
    assert delong(one, other, label).lead == pytest.approx(expected)


@pytest.mark.parametrize("metric", ["auc", "brier", "accuracy", "profit"])
def test_the_error_is_that_of_resampled_rows(metric):
    one, other, label = columns(600, 3)
    found = weigh(metric, one, other, label, MONEY)
    rng = np.random.default_rng(1)
    picks = (rng.integers(0, 600, 600) for _ in range(800))
    leads = [weigh(metric, one[i], other[i], label[i], MONEY).lead for i in picks]
    assert found.error == pytest.approx(np.std(leads), rel=0.1)  # 4 standard errors of an sd


@pytest.mark.parametrize("metric", ["auc", "brier", "accuracy", "profit"])
def test_a_lead_turns_its_sign_when_the_models_change_places(metric):
    one, other, label = columns(300)
    there, back = weigh(metric, one, other, label, MONEY), weigh(metric, other, one, label, MONEY)
    assert there.lead == pytest.approx(-back.lead) and there.error == pytest.approx(back.error)


def test_rows_of_one_class_tell_nothing_of_an_auc():
    ones = np.ones(5, dtype=np.int8)
    assert np.isnan(delong(np.linspace(0, 1, 5), np.linspace(1, 0, 5), ones).lead)


def test_the_calibration_error_by_hand():
    score, label = np.array([0.05, 0.05, 1.0, 1.0]), np.array([0, 1, 1, 1], dtype=np.int8)
    # First part: .1 believed, 1 happened; last part: 2 and 2.
    assert expected_calibration_error(score, label) == pytest.approx(0.9 / 4)
    assert np.isnan(expected_calibration_error(np.empty(0), np.empty(0, dtype=np.int8)))
