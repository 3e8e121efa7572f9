"""A budget of yeses."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopsim.draws import Draws
from loopsim.environments.base import Money
from loopsim.policies.budget import BudgetPolicy

quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
coarse = st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), max_size=25)


@quick
@given(scores=coarse, places=st.integers(0, 30), seed=st.integers(0, 5))
def test_all_places_are_given_and_none_to_a_lower_score(make_cases, scores, places, seed):
    actions, chances = BudgetPolicy(cases=places).decide(make_cases(scores), Draws(seed))
    assert actions.sum() == min(places, len(scores))
    yes, no = np.array(scores)[actions == 1], np.array(scores)[actions == 0]
    assert not (yes.size and no.size) or yes.min() >= no.max()
    p_yes = np.where(actions == 1, chances, 1 - chances)
    assert p_yes.sum() == pytest.approx(actions.sum())


def test_tied_cases_share_the_last_places_with_equal_chances(make_cases):
    cases = make_cases([0.9, 0.5, 0.5, 0.5, 0.1])
    decisions = [BudgetPolicy(cases=2).decide(cases, Draws(seed)) for seed in range(900)]
    often = np.mean([actions for actions, _ in decisions], axis=0)
    assert often == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0], abs=0.08)
    actions, chances = decisions[0]
    expected = np.where(actions[1:4] == 1, 1 / 3, 2 / 3)
    assert chances == pytest.approx([1, *expected, 1])


@pytest.mark.parametrize(("share", "n", "places"), [(0.29, 100, 29), (0.5, 1, 0), (1, 7, 7)])
def test_a_share_is_rounded_down_to_whole_cases(share, n, places):
    assert BudgetPolicy(share=share).places(n) == places


def test_a_tie_is_broken_by_who_it_is_and_not_by_where_they_stand(make_cases):
    cases = make_cases(np.full(50, 0.5))
    forward, _ = BudgetPolicy(share=0.3).decide(cases, Draws(1))
    cases.ids = cases.ids[::-1].copy()
    backward, _ = BudgetPolicy(share=0.3).decide(cases, Draws(1))
    assert np.array_equal(forward, backward[::-1])


def test_money_does_not_move_a_budget(make_cases):
    from loopsim.policies.settings import Budget

    cases = make_cases(np.linspace(0, 1, 11))
    rich, poor = (Budget(cases=4).build(m, ("a",)) for m in (Money(1, 0.1), Money(0.1, 9)))
    assert np.array_equal(rich.decide(cases, Draws(0))[0], poor.decide(cases, Draws(0))[0])
