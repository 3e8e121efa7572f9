"""Agreement against cases computed by hand, published tables and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from loopsim.oversight.agreement import cohen_kappa, fleiss_kappa, krippendorff_alpha, observed


def test_cohens_kappa_of_fifty_grants_by_hand():
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p_o = .7, p_e = .5, kappa = .4
    one = np.repeat([1, 1, 0, 0], [20, 5, 10, 15])
    other = np.repeat([1, 0, 1, 0], [20, 5, 10, 15])
    assert observed(one, other) == pytest.approx(0.7)
    assert cohen_kappa(one, other) == pytest.approx(0.4)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(2, 60), categories=st.integers(2, 4))
def test_cohens_kappa_is_that_of_scikit_learn(seed, n, categories):
    one, other = np.random.default_rng(seed).integers(0, categories, (2, n))
    if len(set(one) | set(other)) > 1:
        assert cohen_kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))


def test_fleiss_kappa_of_his_psychiatric_example():
    # The worked example in common use: ten items, fourteen raters, five categories; kappa .210
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    ratings = np.array([np.repeat(range(5), row) for row in counts])
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=5e-4)


def test_fleiss_kappa_refuses_items_with_different_numbers_of_ratings():
    with pytest.raises(ValueError, match="krippendorff_alpha"):
        fleiss_kappa(np.array([[0, 1, 1], [0, 1, -1]]))


def test_krippendorffs_alpha_of_his_own_example():
    # Krippendorff (2011), four observers, twelve units, nominal: alpha = .743
    table = """
        1 2 3 3 2 1 4 1 2 . . .
        1 2 3 3 2 2 4 1 2 5 . 3
        . 3 3 3 2 3 4 2 2 5 1 .
        1 2 3 3 2 4 4 1 2 5 1 .
    """
    rows = [[-1 if x == "." else int(x) for x in row.split()] for row in table.strip().split("\n")]
    assert krippendorff_alpha(np.array(rows).T) == pytest.approx(0.743, abs=5e-4)


def test_krippendorffs_alpha_of_two_observers_by_hand():
    # ten units, 0/1: four disagreements; n = 20, n0 = 14, n1 = 6: 1 − 19·(8/(2·14·6)) = .095
    one = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
    other = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    assert krippendorff_alpha(np.stack([one, other], axis=1)) == pytest.approx(0.095, abs=5e-4)


def test_what_all_rate_alike_says_nothing_about_chance():
    same = np.ones(5, int)
    assert np.isnan(cohen_kappa(same, same))
    assert np.isnan(fleiss_kappa(np.ones((5, 3), int)))
    assert np.isnan(krippendorff_alpha(np.ones((5, 3), int)))
    assert np.isnan(krippendorff_alpha(np.array([[0, -1], [-1, 1]])))
    assert np.isnan(cohen_kappa(same[:0], same[:0]))


def test_full_agreement_is_one_and_chance_is_near_zero():
    rng = np.random.default_rng(0)
    table = rng.integers(0, 2, (20_000, 3))
    alike = np.repeat(table[:, :1], 3, axis=1)
    assert fleiss_kappa(alike) == krippendorff_alpha(alike) == 1.0
    assert abs(fleiss_kappa(table)) < 0.02 and abs(krippendorff_alpha(table)) < 0.02
