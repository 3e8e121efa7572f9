"""A path that grows by a factor has that factor as its gain, whatever the noise around it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.twins.growth import growth, others


def noisy(gain, seeds=8, generations=9, noise=0.02, seed=5):
    """Paths that start at 1 and grow by `gain`, with independent errors."""
    rng = np.random.default_rng(seed)
    return gain ** np.arange(generations) + noise * rng.normal(size=(seeds, generations))


@settings(deadline=None)
@given(st.floats(-1.8, 1.8).filter(lambda g: abs(g) > 0.05), st.integers(4, 12))
def test_an_exact_path_has_its_factor_and_no_width(gain, generations):
    found = growth(np.tile(gain ** np.arange(generations), (3, 1)))
    assert found.gain == pytest.approx(gain, rel=1e-6)
    assert found.high - found.low < 1e-6
    assert found.well


@pytest.mark.parametrize("gain", [0.5, -0.7, 1.3])
def test_noise_of_single_seeds_does_not_pull_the_gain_towards_0(gain):
    """A plain regression of each seed on itself would: its errors are in what explains."""
    plain, ours = [], []
    for seed in range(40):
        paths = noisy(gain, generations=5, noise=0.4, seed=seed)
        ours.append(growth(paths).gain)
        plain.append((paths[:, 1:] * paths[:, :-1]).sum() / (paths[:, :-1] ** 2).sum())
    assert abs(np.median(ours) - gain) < abs(np.median(plain) - gain)
    assert np.median(ours) == pytest.approx(gain, abs=0.1)


def test_pure_noise_excludes_nothing_or_says_that_a_step_explains_little():
    rng = np.random.default_rng(1)
    found = growth(rng.normal(size=(6, 8)))
    assert found.high == np.inf or not found.well


def test_nothing_stays_nothing():
    found = growth(np.zeros((4, 6)))
    assert (found.gain, found.low, found.high, found.well) == (0.0, 0.0, 0.0, True)


def test_a_joint_interval_is_wider_than_its_own():
    found = growth(noisy(0.6), confidence=0.95, joint=0.99)
    assert found.joint_low < found.low < found.gain < found.high < found.joint_high


def test_two_lags_find_the_root_and_the_period_of_a_swing():
    path = np.zeros(14)
    path[:2] = 1.0, 0.5
    for t in range(2, 14):
        path[t] = 0.9 * path[t - 1] - 0.7 * path[t - 2]
    found = growth(np.tile(path, (4, 1)), lags=2)
    root = np.roots([1.0, -0.9, 0.7])[0]
    assert found.gain == pytest.approx(abs(root), rel=1e-6)
    assert found.period == pytest.approx(2 * np.pi / abs(np.angle(root)), rel=1e-6)


def test_two_seeds_with_two_lags_have_no_interval():
    found = growth(noisy(0.6, seeds=2), lags=2)
    assert (found.low, found.high) == (-np.inf, np.inf)


def test_the_others_mean_leaves_oneself_out():
    paths = np.array([[1.0, 2.0], [3.0, 4.0], [8.0, 0.0]])
    assert others(paths)[0].tolist() == [5.5, 2.0]
