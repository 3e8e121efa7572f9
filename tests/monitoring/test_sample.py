"""Which cases are looked at depends on their ids alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shown import cases

from loopsim.monitoring.sample import hashes, sample, some, thinned


@given(st.lists(st.integers(0, 2**60), unique=True, max_size=300), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_a_sample_is_the_smallest_hashes_in_order(ids, size):
    ids = np.array(ids, dtype=np.int64)
    picked = sample(ids, size)
    assert (hashes(ids)[picked] == np.sort(hashes(ids))[:size]).all()


def test_shards_hold_the_sample_of_the_whole():
    ids = np.arange(10_000) + (np.int64(5) << 40)
    whole = set(ids[sample(ids, 100)])
    parts = [set(part[sample(part, 100)]) for part in np.array_split(ids, 7)]
    assert whole <= set.union(*parts)


def test_a_sample_is_spread_evenly_over_the_ids():
    ids = np.arange(100_000) + (np.int64(3) << 40)
    tenth = np.bincount(sample(ids, 10_000) // 10_000, minlength=10)
    assert (abs(tenth - 1000) < 5 * 30).all()


def test_few_rows_stay_as_they_are():
    rows = np.arange(6).reshape(3, 2)
    assert thinned(rows, 3) is rows and thinned(rows, 2).shape == (2, 2)


def test_a_check_of_shares_looks_at_so_many_and_no_more():
    rows = np.arange(60_000.0)[:, None]
    assert some(cases(0, rows)).shape == (50_000, 1)
    assert some(cases(0, rows[:9])).tolist() == rows[:9].tolist()
    assert some(cases(0, rows[:0])) is None
