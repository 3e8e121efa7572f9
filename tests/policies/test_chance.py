"""Answers by chance: shares, and the logistic policy."""

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.policies.chance import LogisticPolicy, SharePolicy

N = 40_000


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_yes_comes_as_often_as_the_share_says(make_cases, share):
    actions, chances = SharePolicy(share).decide(make_cases(np.full(N, 0.5)), Draws(3))
    assert actions.mean() == pytest.approx(share, abs=5 * np.sqrt(share * (1 - share) / N) + 1e-12)
    assert np.array_equal(chances, np.where(actions == 1, share, 1 - share))


def test_the_logistic_policy_says_yes_with_the_logistic_of_the_distance(make_cases):
    scores = np.repeat([0.3, 0.5, 0.9], N)
    actions, chances = LogisticPolicy(at=0.5, slope=4.0).decide(make_cases(scores), Draws(0))
    p_yes = 1 / (1 + np.exp(-4.0 * (scores - 0.5)))
    assert np.where(actions == 1, chances, 1 - chances) == pytest.approx(p_yes, abs=1e-15)
    assert actions.reshape(3, N).mean(axis=1) == pytest.approx(p_yes[::N], abs=0.013)


def test_a_steep_logistic_policy_is_a_threshold_without_overflow(make_cases):
    scores = np.linspace(0, 1, 1001)
    actions, chances = LogisticPolicy(at=0.5, slope=1e6).decide(make_cases(scores), Draws(0))
    away = np.abs(scores - 0.5) > 1e-4
    assert np.array_equal(actions[away], scores[away] > 0.5)
    assert (chances[away] == 1.0).all()
    assert (chances > 0).all()
