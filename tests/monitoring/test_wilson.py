"""Wilson's interval against scipy's."""

import numpy as np
import pytest
from scipy.stats import binomtest

from loopsim.monitoring.wilson import interval


@pytest.mark.parametrize("level", [0.9, 0.95, 0.999])
@pytest.mark.parametrize(("hits", "tries"), [(0, 7), (3, 10), (99, 100), (1, 1)])
def test_it_is_scipys(hits, tries, level):
    reference = binomtest(hits, tries).proportion_ci(level, method="wilson")
    found = interval(hits, tries, level)
    assert found == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_without_tries_nothing_can_be_said():
    assert np.isnan(interval(np.array([0]), np.array([0]))).all()
