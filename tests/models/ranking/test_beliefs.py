"""From scores to probabilities."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.models.ranking.beliefs import Clipped, LogOdds, platt

numbers = st.floats(-1e6, 1e6, width=32)


@settings(max_examples=60, deadline=None)
@given(st.lists(numbers, min_size=2), st.floats(0, 100), st.floats(-20, 20))
def test_a_belief_is_a_probability_and_never_falls(scores, slope, intercept):
    scores = np.sort(np.array(scores, dtype=np.float32))
    for belief in (Clipped(), LogOdds(slope, intercept)):
        p = belief(scores)
        assert p.dtype == np.float64 and (p >= 0).all() and (p <= 1).all()
        assert (np.diff(p) >= 0).all()


def test_platts_scaling_finds_the_law_that_made_the_clicks():
    rng = np.random.default_rng(0)
    scores = rng.normal(5.0, 0.01, 40_000)
    odds = 150.0 * (scores - 5.0) - 1.0
    labels = (rng.random(scores.size) < 1 / (1 + np.exp(-odds))).astype(np.int8)
    slope, intercept = platt(scores, labels, np.ones(scores.size))
    assert abs(slope - 150) < 5 and abs(slope * 5 + intercept + 1) < 0.05


def test_heavier_rows_move_the_belief():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=1000), (rng.random(1000) < 0.5).astype(np.int8)
    slope, intercept = platt(scores, labels, np.where(labels == 1, 9.0, 1.0))
    assert abs(LogOdds(slope, intercept)(np.zeros(1))[0] - 0.9) < 0.03


def test_a_model_that_is_wrong_way_round_believes_nothing_and_keeps_its_order():
    labels = np.arange(100) % 2
    slope, intercept = platt(-1.0 * labels, labels.astype(np.int8), np.ones(100))
    assert slope == 0.0 and abs(LogOdds(slope, intercept)(np.zeros(1))[0] - 0.5) < 0.01


def test_scores_that_are_all_alike_are_the_share_of_clicks():
    labels = (np.arange(100) < 30).astype(np.int8)
    belief = LogOdds(*platt(np.full(100, 2.0), labels, np.ones(100)))
    assert abs(belief(np.array([2.0]))[0] - 0.3) < 0.01


def test_rows_of_one_class_are_a_belief_near_it():
    slope, intercept = platt(np.arange(50.0), np.zeros(50, np.int8), np.ones(50))
    assert LogOdds(slope, intercept)(np.array([3.0]))[0] < 0.05
    slope, intercept = platt(np.arange(50.0), np.ones(50, np.int8), np.ones(50))
    assert LogOdds(slope, intercept)(np.array([3.0]))[0] > 0.95
