"""How evenly things are spread."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loopsim.inequality import gini, reached

SIZES = st.lists(st.floats(0, 1e6), min_size=1, max_size=40)


@given(SIZES)
def test_it_is_half_the_relative_mean_difference(sizes):
    x = np.array(sizes)
    if x.sum() > 1e-6:
        expected = np.abs(x[:, None] - x).mean() / (2 * x.mean())
        np.testing.assert_allclose(gini(x), expected, atol=1e-9)


def test_of_nothing_there_is_no_figure():
    for nothing in (np.array([]), np.zeros(5)):
        assert np.isnan(gini(nothing))
    assert np.isnan(reached(np.array([]))) and reached(np.array([0, 3])) == 0.5
