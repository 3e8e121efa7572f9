"""Thresholds: fixed, break-even, by group."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopsim.draws import Draws
from loopsim.environments.base import Money
from loopsim.policies.settings import BreakEven, MaxUtility, Threshold

GROUPS = ("a", "b")
some_scores = st.lists(st.floats(0, 1), max_size=20)
quick = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(scores=some_scores, at=st.floats(0, 1))
def test_yes_at_or_above_the_threshold_and_nowhere_else(make_cases, scores, at):
    actions, chances = Threshold(at=at).build(Money(), GROUPS).decide(make_cases(scores), Draws(0))
    assert actions.tolist() == [int(score >= at) for score in scores]
    assert (chances == 1.0).all()


def test_break_even_is_loss_over_gain_and_loss(make_cases):
    policy = BreakEven().build(Money(gain=1.0, loss=4.0), GROUPS)
    actions, _ = policy.decide(make_cases([0.79999, 0.8, 0.80001]), Draws(0))
    assert actions.tolist() == [0, 1, 1]


@quick
@given(scores=some_scores)
def test_max_utility_is_break_even_unless_a_group_has_its_own_threshold(make_cases, scores):
    group = np.arange(len(scores)) % 2
    cases, money = make_cases(scores, group), Money()
    plain, _ = MaxUtility().build(money, GROUPS).decide(cases, Draws(0))
    assert np.array_equal(plain, BreakEven().build(money, GROUPS).decide(cases, Draws(0))[0])
    own, _ = MaxUtility(at={"b": 0.25}).build(money, GROUPS).decide(cases, Draws(0))
    at = np.where(group == 1, 0.25, money.break_even)
    assert np.array_equal(own, cases.scores >= at)


@quick
@given(scores=st.lists(st.floats(0, 1), min_size=1, max_size=8), data=st.data())
def test_no_choice_of_yeses_is_believed_to_earn_more_than_max_utility(make_cases, scores, data):
    money = Money(gain=1.0, loss=2.0)
    worth = money.gain * np.array(scores) - money.loss * (1 - np.array(scores))
    other = data.draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores)))
    actions, _ = MaxUtility().build(money, ("a",)).decide(make_cases(scores), Draws(0))
    assert actions @ worth >= np.array(other, dtype=float) @ worth - 1e-12
