"""Many tests at once, against scipy and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from loopsim.monitoring.drift.multiple import adjusted

P = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12).map(np.array)


@given(P)
@settings(max_examples=50, deadline=None)
def test_benjamini_and_hochberg_is_scipys(p):
    np.testing.assert_allclose(adjusted(p, "bh"), false_discovery_control(p), atol=1e-15)


@given(P)
@settings(max_examples=50, deadline=None)
def test_holm_finds_what_bonferroni_finds_and_bh_what_holm_finds(p):
    bonferroni, holm, bh = (adjusted(p, c) for c in ("bonferroni", "holm", "bh"))
    assert (p <= bh + 1e-15).all() and (bh <= holm + 1e-15).all()
    assert (holm <= bonferroni + 1e-15).all()
    assert holm.min() == bonferroni.min()


def test_holm_by_hand():
    p = np.array([0.04, 0.01, 0.02])  # times 1, 3 and 2
    np.testing.assert_allclose(adjusted(p, "holm"), [0.04, 0.03, 0.04])


@pytest.mark.parametrize("control", ["bonferroni", "holm", "bh"])
def test_what_was_not_tested_does_not_count(control):
    p = np.array([np.nan, 0.02, np.nan])
    np.testing.assert_array_equal(adjusted(p, control), p)


@pytest.mark.parametrize("control", ["bonferroni", "holm", "bh"])
def test_the_chance_of_any_false_finding_is_the_level(control):
    rng = np.random.default_rng(0)
    found = [adjusted(rng.random(9), control).min() <= 0.05 for _ in range(1000)]
    assert np.mean(found) == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 1000))
