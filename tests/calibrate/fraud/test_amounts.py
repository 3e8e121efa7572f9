import numpy as np
import pytest

from loopsim.calibrate.fraud.amounts import amounts_of, moments
from loopsim.calibrate.fraud.transactions import DAY, in_order


def paid(mean, spread, each, seed=0):
    """Payments by the world's law of amounts."""
    rng = np.random.default_rng(seed)
    card = np.repeat(np.arange(mean.size), each)
    amount = mean[card] * (1.0 + spread[card] * rng.normal(size=card.size))
    amount = np.where(amount < 0.0, 2.0 * mean[card] * rng.random(card.size), amount)
    when = np.sort(rng.random(card.size)) * 30 * DAY
    return in_order(when, card, card, amount, np.zeros(card.size, bool))


def test_moments_are_those_of_the_law():
    for spread in (0.3, 1.0, 2.0):
        made = paid(np.ones(1), np.array([spread]), 400_000).amount
        first, deviation = moments(np.array([spread]))
        assert made.mean() == pytest.approx(first[0], rel=0.01)
        assert made.std() / made.mean() == pytest.approx(deviation[0], rel=0.01)


def test_cards_get_the_means_and_the_spreads_that_they_have():
    mean, spread = np.tile([20.0, 50.0], 50), np.repeat([0.2, 0.8], 50)
    found = amounts_of(paid(mean, spread, 200))
    np.testing.assert_allclose(found[0], mean, rtol=0.2)
    assert found[1][:50].mean() == pytest.approx(0.2, abs=0.03)
    assert found[1][50:].mean() == pytest.approx(0.8, abs=0.08)


def test_cards_that_spread_alike_are_not_told_apart_by_chance():
    found = amounts_of(paid(np.full(300, 40.0), np.full(300, 0.5), 6))
    assert found[1].mean() == pytest.approx(0.5, abs=0.03)
    assert found[1].std() < 0.08


def test_a_card_without_honest_payments_spreads_like_all():
    made = paid(np.full(40, 30.0), np.full(40, 0.5), 50)
    made.fraud[made.card == 3] = True
    assert amounts_of(made)[1][3] == pytest.approx(0.5, abs=0.05)
