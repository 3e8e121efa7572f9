"""A figure holds or misses its band, by itself or with its whole interval."""

import json

import numpy as np
import pytest

from loopsim.experiment import Check, above, below, within


def test_a_missed_band_says_by_how_much():
    assert Check("x", 1.5, 0.0, 1.0).verdict == "MISSED by 0.5"
    assert not Check("x", float("nan"), 0.0, 1.0).holds


def test_to_be_sure_the_whole_interval_must_be_inside():
    assert Check("x", 0.5, 0.0, 1.0, interval=(-0.2, 1.2)).holds
    assert Check("x", 0.5, 0.0, 1.0, (-0.2, 1.1), sure=True).verdict == "MISSED by 0.2"
    assert Check("x", 0.5, 0.0, 1.0, (0.1, 0.9), sure=True).holds


def test_arms_that_are_the_same_show_no_sign():
    assert above("x", np.zeros(4)).verdict == "MISSED by 0"
    assert not below("x", np.zeros(4)).holds
    assert within("x", np.zeros(4), -0.1, 0.1, sure=True).holds


def test_one_seed_is_sure_of_nothing():
    assert not above("x", [3.0]).holds


def test_a_sign_is_of_the_interval_not_of_the_mean():
    gains = [1.0, 2.0, -1.5, 3.0]
    assert np.mean(gains) > 0
    assert not above("x", gains).holds
    assert above("x", [1.0, 2.0, 1.5]).holds
    assert below("x", [-1.0, -2.0, -1.5]).holds


def test_sure_without_an_interval_is_a_mistake():
    with pytest.raises(ValueError, match="no interval"):
        Check("x", 1.0, 0.0, 2.0, sure=True)


def test_as_json_no_bound_is_null_and_figures_have_six_decimals():
    row = above("x", [1 / 3, 1 / 3 + 1e-9]).as_dict()
    assert json.loads(json.dumps(row)) == row
    assert (row["measured"], row["low"], row["high"]) == (0.333333, 0.0, None)
    assert row["sure"] is True
    assert "interval" not in Check("x", 1.0, 0.0, 2.0).as_dict()
