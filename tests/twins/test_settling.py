"""A difference settles when it stays below a tenth of its peak, and explodes beyond tenfold."""

import numpy as np

from loopsim.twins.settling import explodes, settles


def paths(path, seeds=6):
    return np.tile(np.asarray(path, dtype=float), (seeds, 1))


def test_the_last_large_round_counts_and_not_the_first_small_one():
    assert settles(paths([9.0, 1.0, 0.01, 0.5, 0.01, 0.01])).round == 4.0


def test_one_that_is_large_to_the_end_does_not_settle():
    assert settles(paths([9.0, 1.0, 0.9, 0.8])).round == np.inf


def test_nothing_has_settled_at_once():
    assert settles(paths([5.0, 0.0, 0.0])).round == 1.0


def test_it_explodes_where_it_is_ten_times_the_first_generation():
    assert explodes(paths([9.0, 1.0, 4.0, 10.0, 50.0]), 1).round == 3.0
    assert explodes(paths([9.0, 1.0, 1.0]), 1).round == np.inf
    assert explodes(paths([9.0, 0.0, 5.0]), 1).round == np.inf  # ten times nothing is no measure


def test_the_interval_comes_from_seeds_and_needs_five():
    rng = np.random.default_rng(4)
    decay = 0.5 ** np.arange(12) * (1 + 0.3 * rng.normal(size=(8, 12)))
    when = settles(decay)
    assert when.low <= when.round <= when.high
    few = settles(decay[:4])
    assert np.isnan(few.low) and np.isnan(few.high)
