"""Exploration: exact propensities of the mixture."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopsim.draws import Draws
from loopsim.environments.base import Money
from loopsim.policies.chance import SharePolicy
from loopsim.policies.exploration import Exploring
from loopsim.policies.settings import LogisticPolicy, Threshold
from loopsim.policies.threshold import ThresholdPolicy

quick = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
shares = st.floats(0, 1)


@quick
@given(share=shares, yes=shares, p=shares)
def test_yes_has_the_probability_of_the_mixture_and_is_as_frequent(make_cases, share, yes, p):
    n = 4000
    policy = Exploring(SharePolicy(p), share, yes)
    actions, chances = policy.decide(make_cases(np.full(n, 0.5)), Draws(2))
    p_yes = (1 - share) * p + share * yes
    assert np.where(actions == 1, chances, 1 - chances) == pytest.approx(p_yes, abs=1e-12)
    assert ((chances > 0) & (chances <= 1)).all()
    assert actions.mean() == pytest.approx(p_yes, abs=6 * np.sqrt(p_yes * (1 - p_yes) / n) + 1e-3)


def test_a_random_acceptance_slice_refuses_nobody_whom_the_policy_accepts(make_cases):
    cases = make_cases(np.linspace(0, 1, 5000))
    plain, _ = ThresholdPolicy(0.6).decide(cases, Draws(0))
    actions, chances = Exploring(ThresholdPolicy(0.6), 0.1, yes=1.0).decide(cases, Draws(0))
    assert (actions[plain == 1] == 1).all()
    assert (chances[plain == 1] == 1.0).all()
    assert set(chances[(plain == 0) & (actions == 1)]) == {0.1}
    assert set(chances[(plain == 0) & (actions == 0)]) == {0.9}
    assert actions[plain == 0].mean() == pytest.approx(0.1, abs=0.03)


def test_exploring_leaves_the_unexplored_answers_where_they_were(make_cases):
    cases = make_cases(np.linspace(0, 1, 2000))
    plain, _ = LogisticPolicy().build(Money(), ("a",)).decide(cases, Draws(5))
    some, _ = LogisticPolicy(explore=0.1).build(Money(), ("a",)).decide(cases, Draws(5))
    more, _ = LogisticPolicy(explore=0.3).build(Money(), ("a",)).decide(cases, Draws(5))
    assert (plain != some).mean() < 0.1
    assert (more[some > plain] == 1).all()  # who is explored at 10% is explored at 30%


def test_a_policy_that_does_not_explore_is_not_wrapped():
    assert isinstance(Threshold(at=0.5).build(Money(), ("a",)), ThresholdPolicy)
