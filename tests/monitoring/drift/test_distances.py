"""Each distance against a library or by hand, and its p-value against many repeats."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, ttest_ind, wasserstein_distance

from loopsim.monitoring.drift.distances import jensen_shannon, ks, mean, psi, wasserstein
from loopsim.monitoring.drift.kernel import mmd

RNG = np.random.default_rng
ALL = (ks, psi, jensen_shannon, wasserstein, mean)


def two(seed=0, n=400, m=300, shift=0.3):
    rng = RNG(seed)
    return rng.normal(size=n), rng.normal(shift, 1.0, m)


def shares(x, y, bins):
    return (np.histogram(v, bins)[0] / v.size for v in (x, y))


def test_kolmogorov_smirnov_is_scipys():
    x, y = two()
    value = ks_2samp(x, y, method="asymp")
    assert ks(x, y, None) == (value.statistic, value.pvalue)


def test_categories_have_half_the_sum_of_differences_and_the_chi_square_test():
    x, y = np.repeat([0.0, 1.0, 2.0], [50, 30, 20]), np.repeat([0.0, 1.0], [50, 50])
    table = [[50, 30, 20], [50, 50, 0]]
    for distance in (ks, wasserstein):
        far, p = distance(x, y, 3)
        assert far == pytest.approx((0.0 + 0.2 + 0.2) / 2)
        assert p == pytest.approx(chi2_contingency(table).pvalue)


def test_wasserstein_is_scipys_in_usual_standard_deviations():
    x, y = two()
    assert wasserstein(x, y, None)[0] == pytest.approx(wasserstein_distance(x, y) / x.std())


def test_jensen_shannon_is_scipys_over_tenths():
    x, y = two()
    inner = np.quantile(x, np.linspace(0, 1, 11)[1:-1])
    p, q = shares(x, y, np.r_[-np.inf, inner, np.inf])
    assert jensen_shannon(x, y, None)[0] == pytest.approx(jensenshannon(p, q, base=2), rel=1e-6)
    assert jensen_shannon(np.zeros(50), np.ones(50), 2)[0] == pytest.approx(1.0)


def test_stability_index_by_hand():
    x, y = np.repeat([0.0, 1.0], [60, 40]), np.repeat([0.0, 1.0], [30, 70])
    by_hand = (0.3 - 0.6) * np.log(0.3 / 0.6) + (0.7 - 0.4) * np.log(0.7 / 0.4)
    assert psi(x, y, 2)[0] == pytest.approx(by_hand)
    empty = (0.0 - 0.5) * 0.0 + (1 - 0.6) * np.log(1 / 0.6) + (0.005 - 0.4) * np.log(0.005 / 0.4)
    assert psi(x, np.zeros(100), 2)[0] == pytest.approx(empty)  # nobody counts as half a case


def test_the_mean_is_tested_as_welch_does():
    x, y = two(n=4000, m=3000, shift=0.05)
    value, p = mean(x, y, None)
    assert value == y.mean()
    assert p == pytest.approx(ttest_ind(x, y, equal_var=False).pvalue, rel=1e-2)


def test_kernel_distance_by_hand():
    # One step apart, so s is 1: the kernel is e^(-1/2) across and 1 within.
    x, y = np.zeros((3, 1)), np.ones((3, 1))
    assert mmd(x, y)[0] == pytest.approx(np.sqrt(2 - 2 * np.exp(-0.5)))


def test_kernel_distance_is_the_double_sum():
    rng = RNG(1)
    x, y = rng.normal(size=(40, 2)), rng.normal(0.5, 1.0, (30, 2))
    both = np.concatenate([x, y])
    apart = ((both[:, None] - both[None]) ** 2).sum(axis=2)
    k = np.exp(-apart / (2 * np.median(apart[np.triu_indices(70, 1)])))
    square = k[:40, :40].mean() + k[40:, 40:].mean() - 2 * k[:40, 40:].mean()
    assert mmd(x, y)[0] == pytest.approx(np.sqrt(square))


@pytest.mark.parametrize("distance", ALL)
def test_where_there_is_one_value_only_nothing_has_moved(distance):
    far, p = distance(np.full(50, 3.0), np.full(40, 3.0), None)
    assert p == 1.0 and far == (3.0 if distance is mean else 0.0)


@pytest.mark.parametrize("distance", ALL)
@pytest.mark.parametrize("new", [2.0, 4.0])
def test_a_constant_that_becomes_another_is_noticed(distance, new):
    assert distance(np.full(50, 3.0), np.full(40, new), None)[1] < 1e-6


@pytest.mark.parametrize("distance", ALL)
@pytest.mark.parametrize("law", ["normal", "skewed", "few values", "labels"])
def test_without_a_change_small_p_values_are_no_more_frequent_than_they_say(distance, law):
    rng, repeats = RNG(3), 100 if distance is wasserstein else 400
    drawn = {
        "normal": lambda n: rng.normal(size=n),
        "skewed": lambda n: rng.lognormal(size=n),
        "few values": lambda n: rng.integers(0, 4, n).astype(float),
        "labels": lambda n: (rng.random(n) < 0.8).astype(float),
    }[law]
    levels = 2 if law == "labels" else None
    p = np.array([distance(drawn(500), drawn(400), levels)[1] for _ in range(repeats)])
    for level in (0.01, 0.1):
        assert (p <= level).mean() < level + 4 * np.sqrt(level * (1 - level) / repeats)


def test_kernel_p_values_are_no_smaller_than_they_should_be():
    rng, repeats = RNG(4), 100
    p = [mmd(rng.normal(size=(120, 3)), rng.normal(size=(100, 3)))[1] for _ in range(repeats)]
    assert np.mean(np.array(p) <= 0.1) < 0.1 + 4 * np.sqrt(0.09 / repeats)


@pytest.mark.parametrize("distance", ALL)
def test_a_change_of_a_third_of_a_deviation_is_noticed(distance):
    assert distance(*two(n=1000, m=1000), None)[1] < 1e-3
