"""Alerts go to cards, so many a round, and chance is logged."""

import numpy as np
import pytest

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.policies.alerts.budget import AlertBudgetPolicy
from loopsim.testing.policies import check_policy


def some(scores, rows, t=0):
    rows = np.asarray(rows)
    scores, ids = np.asarray(scores, dtype=float), np.arange(rows.size) * 3
    return Cases(t, rows, ids, np.zeros(rows.size, np.int8), scores=scores)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("cards", [0, 1, 7, 1000])
def test_the_policy_keeps_to_the_interface(cards, whole):
    check_policy(AlertBudgetPolicy(cards, whole))


def test_an_alert_stops_the_lowest_payment_of_a_card():
    cases = some([0.9, 0.1, 0.2, 0.15, 0.5], [0, 0, 0, 1, 2])
    actions, chances = AlertBudgetPolicy(2).decide(cases, Draws(0))
    assert actions.tolist() == [1, 0, 1, 0, 1]
    assert (chances == 1.0).all()


def test_a_card_gets_one_alert_however_many_low_payments_it_has():
    rng = np.random.default_rng(0)
    rows = np.sort(rng.integers(0, 60, 300))
    cases = some(rng.random(300), rows)
    actions, _ = AlertBudgetPolicy(20).decide(cases, Draws(1))
    stopped = rows[actions == 0]
    assert stopped.size == np.unique(stopped).size == 20
    lowest = np.array([cases.scores[rows == card].min() for card in np.unique(rows)])
    assert sorted(np.unique(rows)[np.argsort(lowest)[:20]]) == stopped.tolist()


def test_tied_payments_of_tied_cards_are_stopped_as_often_as_is_logged():
    cases = some([0.3, 0.3, 0.9, 0.3, 0.3, 0.8], [0, 0, 0, 1, 2, 3])
    stops = np.zeros(6)
    for seed in range(2000):
        actions, chances = AlertBudgetPolicy(1).decide(cases, Draws(seed))
        stops += actions == 0
        assert (actions == 0).sum() == 1
    expected = np.array([1 / 6, 1 / 6, 0, 1 / 3, 1 / 3, 0])
    assert np.abs(stops / 2000 - expected).max() < 0.05
    said = np.where(actions == 0, chances, 1 - chances)
    assert said == pytest.approx(expected)


def test_the_whole_card_may_be_stopped():
    cases = some([0.9, 0.1, 0.2, 0.15, 0.5], [0, 0, 0, 1, 2])
    actions, _ = AlertBudgetPolicy(1, whole=True).decide(cases, Draws(0))
    assert actions.tolist() == [0, 0, 0, 1, 1]
