"""Intervals and corrected p values, against references and by hand."""

import numpy as np
import pytest
from scipy import stats

from loopsim.studies.compare.statistics import bootstrap, p_value, seeds_needed
from loopsim.twins.statistics import holm

SOME = np.array([0.4, -0.1, 0.3, 0.9, 0.2, 0.5, 0.1, 0.6])


def test_the_p_value_is_scipys():
    assert p_value(SOME) == pytest.approx(stats.ttest_1samp(SOME, 0).pvalue)
    assert p_value(np.r_[SOME, np.nan]) == p_value(SOME)


def test_nothing_known_and_no_difference_prove_nothing_and_a_constant_one_all():
    assert p_value(np.array([np.nan, 1.0])) == p_value(np.zeros(9)) == 1.0
    assert p_value(np.full(9, 0.5)) == 0.0


def test_the_bootstrap_is_near_scipys_and_repeats():
    theirs = stats.bootstrap((SOME,), np.mean, method="percentile", rng=1).confidence_interval
    low, high = bootstrap(SOME)
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.02)
    assert bootstrap(SOME) == (low, high)
    assert np.isnan(bootstrap(np.array([1.0, np.nan]))).all()


def test_holm_by_hand():
    # Sorted .01, .02, .04 times 3, 2, 1: .03, .04, .04.
    assert holm(np.array([0.04, 0.01, 0.02])) == pytest.approx([0.04, 0.03, 0.04])
    assert holm(np.array([0.5, 0.9])).tolist() == [1.0, 1.0]
    assert holm(np.array([0.03])).tolist() == [0.03]


def test_holm_keeps_the_family_at_its_rate():
    rng = np.random.default_rng(5)
    wrong = [holm(rng.random(6)).min() < 0.05 for _ in range(2000)]
    assert np.mean(wrong) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 2000)


def test_seeds_needed_by_hand():
    # mean .5, sd 1: (2.8·2)² = 31.36
    difference = np.array([-0.5, 0.5, 1.5])
    assert seeds_needed(difference) == 32
    assert seeds_needed(np.zeros(5)) is None and seeds_needed(np.ones(5)) is None
