"""When a difference begins: between twins beyond noise, and in one series out of its chart."""

import numpy as np
import pytest

from loopsim.twins.onset import begins, chart, median, noticed

RNG = np.random.default_rng(7)


def step(at, size, seeds=12, rounds=40, noise=0.1, seed=0):
    """(seeds, rounds) noise around 0, and around `size` from round `at` on."""
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(rounds) >= at, size, 0.0)
    return level + noise * rng.normal(size=(seeds, rounds))


@pytest.mark.parametrize("size", [1.0, -1.0])
def test_a_step_begins_where_it_does(size):
    found = begins(step(15, size), 0, hold=2, confidence=0.95)
    assert (found.round, found.low, found.high) == (15.0, 15.0, 15.0)


def test_exact_twins_differ_from_the_first_difference_on_however_small():
    paired = np.zeros((6, 20))
    paired[:, 8:] = 1e-6
    assert begins(paired, 0, hold=2, confidence=0.95).round == 8.0


def test_nothing_does_not_begin():
    assert begins(np.zeros((6, 20)), 0, hold=1, confidence=0.95).round == np.inf


def test_noise_alone_begins_in_few_of_many_studies():
    found = [begins(step(99, 0.0, seed=s), 0, 1, 0.95).round for s in range(200)]
    assert np.isfinite(found).mean() < 0.1  # 5% were asked for, over all rounds together


def test_one_round_beyond_noise_is_not_two_on_end():
    paired = step(99, 0.0, noise=0.01)
    paired[:, 12] += 1.0
    assert begins(paired, 0, hold=1, confidence=0.95).round == 12.0
    assert begins(paired, 0, hold=2, confidence=0.95).round == np.inf


def test_what_is_not_known_is_not_different():
    paired = step(5, 1.0)
    paired[:, 5:9] = np.nan
    assert begins(paired, 0, hold=2, confidence=0.95).round == 9.0


def test_few_seeds_have_no_interval():
    found = begins(step(5, 1.0, seeds=4), 0, hold=2, confidence=0.95)
    assert found.round == 5.0 and np.isnan(found.low)


def test_a_chart_holds_a_further_value_as_often_as_it_says():
    inside = []
    for _ in range(300):
        values = RNG.normal(size=(9, 5))
        band = chart(values[1:], 0.9)
        inside.append((values[0] >= band.low) & (values[0] <= band.high))
    assert np.mean(inside) == pytest.approx(0.9, abs=0.025)


def test_an_alarm_comes_when_the_rounds_on_end_are_full():
    usual = step(99, 0.0, seed=1)
    series = step(20, 3.0, seed=2)
    assert noticed(series, usual, 0, hold=3, level=0.999).tolist() == [22.0] * 12
    assert np.isinf(noticed(usual, usual, 0, hold=3, level=0.999)).all()


def test_an_alarm_is_not_looked_for_before_the_change():
    series = step(0, 3.0, seed=2)
    assert noticed(series, step(99, 0.0, seed=1), 10, 1, 0.99).min() == 10.0


def test_the_median_holds_where_some_never_come():
    values = np.array([2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, np.inf, np.inf, np.inf, np.inf, np.inf])
    assert median(values) == (6.5, 3.0, np.inf)
    assert median(np.full(12, np.inf))[0] == np.inf
    assert np.isnan(median(np.array([1.0, 2.0, 3.0]))[1])  # too few for an interval


def test_the_medians_interval_holds_it_as_often_as_it_says():
    draws = np.sort(RNG.exponential(size=(2000, 12)), axis=1)
    found = np.array([median(row) for row in draws])
    held = (found[:, 1] <= np.log(2)) & (np.log(2) <= found[:, 2])
    assert held.mean() > 0.94  # 96.1% in theory, with the 3rd and the 10th of 12
