"""What is measured of a day: by hand, and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

import loopsim
from loopsim.environments.fraud import kernels, rings
from loopsim.environments.fraud.measures import average_precision, card_precision


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 10_000), st.sampled_from([3, 50, 10**9]))
def test_average_precision_is_scikit_learns(n, seed, values):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, values + 1, n) / values
    fraud = rng.random(n) < 0.3
    fraud[0] = True
    expected = average_precision_score(fraud, -scores)
    assert average_precision(scores, fraud) == pytest.approx(expected)


def test_without_frauds_there_is_no_average_precision():
    assert np.isnan(average_precision(np.array([0.5, 1.0]), np.zeros(2, bool)))
    assert np.isnan(average_precision(np.empty(0), np.zeros(0, bool)))


def test_card_precision_counts_cards_and_not_payments():
    rows = np.array([0, 0, 0, 1, 2, 2])
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.15, 0.9])
    fraud = np.array([False, False, True, False, False, False])
    assert card_precision(rows, scores, fraud, cards=1) == 1.0
    assert card_precision(rows, scores, fraud, cards=2) == 0.5
    assert card_precision(rows, scores, fraud, cards=100) == pytest.approx(1 / 3)


def test_cards_that_tie_count_on_average():
    rows, fraud = np.arange(4), np.array([True, False, False, True])
    assert card_precision(rows, np.full(4, 0.5), fraud, cards=2) == 0.5
    assert card_precision(rows, np.array([0.1, 0.5, 0.5, 0.5]), fraud, 2) == pytest.approx(2 / 3)


@pytest.fixture(scope="module")
def lived():
    plan = loopsim.Scenario.parse(
        {
            "name": "measures",
            "rounds": 9,
            "environment": {
                "kind": "fraud", "customers": 600, "terminals": 900, "stolen": 0.01,
                "skimmed": 0.005, "rings": 3, "members": 4,
            },
            "policy": {"kind": "alert-budget", "cards": 40},
            "labels": {"delay": {"kind": "fixed", "rounds": 7}},
            "training": {"history": {"rounds": 10, "rows": 4000}},
        }
    )  # fmt: skip
    return loopsim.Simulation(plan).run()


def test_money_is_that_of_frauds_by_what_was_decided(lived):
    figures = lived.world.measure(lived.people, lived.cases, lived.outcomes)
    payments, actions = lived.world._today.payments, lived.cases.actions
    fraud = payments.kind > 0
    assert figures["frauds"] == fraud.sum() > 10
    for name, side in (("lost", 1), ("caught", 0)):
        euros = payments.cents[fraud & (actions == side)].sum() / 100
        assert figures[name].sum() == pytest.approx(euros)
    assert figures["caught_share"] == pytest.approx((actions[fraud] == 0).mean())
    ringed = (payments.kind == kernels.RING) & (actions == 1)
    assert figures["rings_income"] == pytest.approx(payments.cents[ringed].sum() / 100)
    assert (figures["wrongly_stopped"] == (~fraud & (actions == 0))).all()
    assert (lived.outcomes.good == ~fraud).all()


def test_the_figures_are_in_the_true_ledger_by_group(lived):
    figures = lived.series.values("true", "lost")
    assert figures.shape == (9,) and (figures >= 0).all() and figures.max() > 0
    by_group = [lived.series.values("true", "lost", group) for group in lived.world.groups]
    assert np.isfinite(by_group).all()
    assert {"days_to_detection.card", "trust", "away"} <= set(lived.series.names("true"))


def test_detection_takes_as_long_as_the_card_was_compromised(lived):
    today, actions = lived.world._today, lived.cases.actions
    figures = lived.world.measure(lived.people, lived.cases, lived.outcomes)
    stopped = actions == 0
    ages = []
    for row in today.payments.rows[stopped & (today.payments.kind == kernels.STOLEN)]:
        ages.append(today.t - today.threats.stolen[row])
    plan = today.plan.reshape(-1, 7)[today.slots]
    caught = actions[today.payments.kind == kernels.RING] == 0
    ages += list(today.t - plan[caught, rings.SINCE])
    said = figures["days_to_detection.card"]
    assert said == pytest.approx(np.mean(ages)) if ages else np.isnan(said)
