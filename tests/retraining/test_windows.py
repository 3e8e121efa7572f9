"""Recency: weights that halve with age."""

import numpy as np
import pytest

import loopsim
from loopsim.errors import ScenarioError
from loopsim.retraining.rows import recency, training_rows
from loopsim.retraining.settings import Recency
from loopsim.scenario import Training
from loopsim.testing.rules import trial_rows


def test_a_label_of_a_half_life_ago_counts_half():
    rows = trial_rows(4)
    rows.due[:] = [10, 6, 2, 12]
    assert recency(rows, 4.0, now=10).tolist() == [1.0, 0.5, 0.25, 1.0]
    assert recency(rows, None, now=10).tolist() == [1.0] * 4


def test_a_fit_reads_the_weights_and_trust_multiplies_them():
    rows = trial_rows(3)
    rows.due[:] = [8, 4, 0]
    training = Training(window={"kind": "recency", "half_life": 4})
    _, _, weights = training_rows(rows, training, np.array([0.5]), now=8)
    assert weights.tolist() == [0.5, 0.25, 0.125]


def test_what_has_halved_ten_times_is_forgotten():
    assert Recency(half_life=2.5).rounds == 25


def test_a_recent_model_follows_a_turn_that_a_long_memory_misses():
    plan = {
        "name": "turn",
        "rounds": 24,
        "environment": {"kind": "lending", "people": 3000, "apply": 0.5},
        "policy": "everyone",
        "training": {"rule": "every", "window": "all"},
        "shocks": [{"at": 12, "set": "environment.economy", "to": -2.0}],
    }
    short = {"training.window": {"kind": "recency", "half_life": 1.0}}
    off = [
        loopsim.Simulation(loopsim.Scenario.parse(plan, more)).run().series.values("true", "brier")
        for more in ({}, short)
    ]
    assert off[1][20:].mean() < off[0][20:].mean()


def test_a_model_that_takes_no_weights_is_told_before_anything_runs():
    plan = {
        "name": "knn",
        "rounds": 4,
        "environment": {"kind": "lending", "people": 300},
        "model": {"kind": "estimator", "use": "sklearn.neighbors.KNeighborsClassifier"},
        "training": {"window": "recency"},
    }
    with pytest.raises(ScenarioError, match=r"training\.window: recency weighs rows"):
        loopsim.Simulation(loopsim.Scenario.parse(plan))
