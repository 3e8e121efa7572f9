"""Yardsticks measure what they say."""

import numpy as np
import pytest
from scipy.stats import binomtest

from loopsim.calibrate.curve import bent, recalibrate, straight
from loopsim.calibrate.yardsticks import expit, measured, reliability, wilson


def test_the_truth_is_calibrated_and_a_shifted_belief_is_not():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.1, 0.9, 40_000)
    good = (rng.random(40_000) < p).astype(np.int8)
    assert measured(good, p).calibration_error < 0.01
    assert measured(good, p + 0.1).calibration_error == pytest.approx(0.1, abs=0.01)
    assert measured(good, p).auc == measured(good, p**3).auc


def test_wilson_is_scipys_interval():
    low, high = wilson(np.array([0.1, 0.5]), np.array([50, 80]))
    for i, (k, n) in enumerate([(5, 50), (40, 80)]):
        expected = binomtest(k, n).proportion_ci(method="wilson")
        assert (low[i], high[i]) == pytest.approx((expected.low, expected.high))


def test_few_rows_make_few_bins():
    assert len(reliability(np.ones(45, np.int8), np.linspace(0, 1, 45)).rows) == 2


def test_a_curve_mends_a_belief_that_is_bent():
    rng = np.random.default_rng(1)
    z = rng.normal(size=30_000)
    true = np.where(z > 0, 2.5 * z, 0.5 * z)
    good = (rng.random(30_000) < expit(true)).astype(np.int8)
    fold = np.arange(30_000) % 5
    made = recalibrate(z, good, fold)
    assert made.kind == "bent"
    assert measured(good, made.unseen).calibration_error < 0.01
    assert measured(good, expit(straight(z, good).read(z))).calibration_error > 0.015
    middle = np.abs(z) < 2
    assert np.abs(made.curve.read(z) - true)[middle].max() < 0.35


def test_a_curve_always_rises_so_that_nobody_changes_places():
    rng = np.random.default_rng(2)
    z = rng.normal(size=2000)
    upside_down = (rng.random(2000) < expit(-2 * z)).astype(np.int8)
    for made in (straight, bent):
        assert np.all(np.diff(made(z, upside_down).read(np.sort(z))) > 0)
