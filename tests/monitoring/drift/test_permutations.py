"""The tail of a law that is known by permutations alone."""

import numpy as np
import pytest
from scipy.stats import chi2, norm

from loopsim.monitoring.drift.permutations import labelled, tail


@pytest.mark.parametrize("freedom", [2, 5, 20])
@pytest.mark.parametrize("p", [0.1, 0.01, 0.001])
def test_a_shifted_gamma_is_told_from_its_three_moments(freedom, p):
    values = 3.0 + chi2.ppf((np.arange(200_000) + 0.5) / 200_000, freedom)
    assert tail(3.0 + chi2.isf(p, freedom), values) == pytest.approx(p, rel=0.03)


def test_a_law_without_skewness_is_nearly_normal():
    values = norm.ppf((np.arange(10_000) + 0.5) / 10_000)
    assert tail(norm.isf(0.01), values) == pytest.approx(0.01, rel=0.05)


def test_far_below_all_permutations_the_chance_is_one():
    assert tail(-50.0, np.random.default_rng(0).gamma(4.0, 1.0, 500)) == 1.0


def test_as_many_are_new_in_every_permutation_and_each_as_often():
    chosen = labelled(30, 20, 400)
    assert chosen.shape == (401, 50) and not chosen[0].any()
    assert (chosen[1:].sum(axis=1) == 20).all()
    often = chosen[1:].mean(axis=0)
    assert (abs(often - 0.4) < 5 * np.sqrt(0.24 / 400)).all()


def test_what_is_written_into_them_is_not_kept():
    labelled(5, 5, 10)[:] = True
    assert not labelled(5, 5, 10)[0].any()
