"""Demographic parity and equal opportunity: equal rates, at the highest believed utility."""

import csv
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loopsim.draws import Draws
from loopsim.environments.base import Money
from loopsim.policies.common_rate import CommonRatePolicy
from loopsim.policies.settings import DemographicParity, EqualOpportunity, MaxUtility

KINDS = [DemographicParity, EqualOpportunity]
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
levels = st.sampled_from([0.0, 0.05, 0.25, 0.5, 0.6, 0.8, 1.0])
scores_and_groups = st.lists(
    st.tuples(levels | st.floats(0, 1, allow_subnormal=False), st.integers(0, 2)), max_size=14
)
moneys = st.tuples(st.floats(0.05, 2), st.floats(0.05, 2)).map(lambda m: Money(*m))


def chance_of_yes(policy: CommonRatePolicy, scores, group):
    at, share = policy.thresholds(scores, group)
    return np.where(scores > at[group], 1.0, np.where(scores == at[group], share[group], 0.0))


def rate(p, scores, positives):
    weights = scores if positives else np.ones_like(scores)
    return (p * weights).sum() / weights.sum()


def utility(p, scores, money):
    return p @ (money.gain * scores - money.loss * (1 - scores))


def columns(rows):
    scores = np.array([score for score, _ in rows], dtype=np.float64)
    return scores, np.array([g for _, g in rows], dtype=np.int8)


@pytest.mark.parametrize("kind", KINDS)
@quick
@given(rows=scores_and_groups, money=moneys)
def test_the_rates_of_all_groups_are_equal(kind, rows, money):
    scores, group = columns(rows)
    policy = kind().build(money, ("a", "b", "c"))
    p = chance_of_yes(policy, scores, group)
    present = [g for g in range(3) if (scores[group == g] > 0).any()]
    if not policy.positives:
        present = sorted(set(group.tolist()))
    rates = [rate(p[group == g], scores[group == g], policy.positives) for g in present]
    assert rates == pytest.approx(rates[:1] * len(rates), abs=1e-9)


def best_by_force(scores, group, money, positives):
    """Highest utility over a fine grid of common rates, best scores first in every group."""
    best = 0.0
    for target in np.linspace(0, 1, 201):
        total = 0.0
        for g in np.unique(group):
            own = np.sort(scores[group == g])[::-1]
            weights = own if positives else np.ones_like(own)
            own, weights = own[weights > 0], weights[weights > 0]
            left = target * weights.sum()
            for score, weight in zip(own, weights, strict=True):
                taken = 1.0 if left >= weight else max(0.0, left / weight)
                left -= weight
                total += taken * (money.gain * score - money.loss * (1 - score))
        best = max(best, total)
    return best


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(rows=scores_and_groups.filter(bool), money=moneys)
def test_no_other_common_rate_is_believed_to_earn_more(kind, rows, money):
    scores, group = columns(rows)
    policy = kind().build(money, ("a", "b", "c"))
    mine = utility(chance_of_yes(policy, scores, group), scores, money)
    assert mine >= best_by_force(scores, group, money, policy.positives) - 1e-9


@pytest.mark.parametrize("kind", KINDS)
@quick
@given(rows=scores_and_groups, money=moneys)
def test_the_constraint_never_earns_and_one_group_alone_is_not_bound(make_cases, kind, rows, money):
    scores, group = columns(rows)
    free, _ = MaxUtility().build(money, ("a", "b", "c")).decide(make_cases(scores, group), Draws(0))
    bound = chance_of_yes(kind().build(money, ("a", "b", "c")), scores, group)
    assert utility(bound, scores, money) <= utility(free, scores, money) + 1e-9
    alone = chance_of_yes(kind().build(money, ("a",)), scores, np.zeros_like(group))
    assert utility(alone, scores, money) == pytest.approx(utility(free, scores, money), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_of_distinct_scores_has_equal_rates_within_one_case(make_cases, kind):
    rng = np.random.default_rng(0)
    n = 6000
    group = rng.integers(0, 2, n)
    scores = np.where(group == 1, rng.beta(2, 3, n), rng.beta(4, 2, n))
    policy = kind().build(Money(gain=1, loss=1.5), ("a", "b"))
    actions, chances = policy.decide(make_cases(scores, group), Draws(4))
    a, b = (rate(actions[group == g], scores[group == g], policy.positives) for g in (0, 1))
    assert abs(a - b) < 2 / np.bincount(group).min()
    assert (chances < 1.0).sum() <= 2
    assert 0.05 < a < 0.95


def test_fairlearn_finds_equal_selection_rates_under_parity_and_equal_tpr_under_opportunity(
    make_cases,
):
    from fairlearn.metrics import MetricFrame, selection_rate, true_positive_rate

    rng = np.random.default_rng(1)
    n = 60_000
    group = rng.integers(0, 2, n)
    scores = np.where(group == 1, rng.beta(2, 3, n), rng.beta(4, 2, n)).round(2)
    good = rng.random(n) < scores  # calibrated scores: the believed rate is the true one
    metrics = {"selected": selection_rate, "tpr": true_positive_rate}
    gaps = {}
    for kind in (MaxUtility, DemographicParity, EqualOpportunity):
        policy = kind().build(Money(gain=1, loss=1.5), ("a", "b"))
        actions, _ = policy.decide(make_cases(scores, group), Draws(0))
        frame = MetricFrame(metrics=metrics, y_true=good, y_pred=actions, sensitive_features=group)
        gaps[kind] = frame.difference()
    assert gaps[MaxUtility]["selected"] > 0.3
    assert gaps[MaxUtility]["tpr"] > 0.2
    assert gaps[DemographicParity]["selected"] < 0.01
    assert gaps[EqualOpportunity]["tpr"] < 0.02
    assert gaps[EqualOpportunity]["selected"] > 0.05


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("scores", "group"),
    [([], []), ([0.9], [1]), ([0.0, 0.0], [0, 1]), ([0.7] * 6, [0, 0, 0, 1, 2, 2]), ([1.0], [2])],
)
def test_few_cases_equal_scores_and_absent_groups_are_decided(make_cases, kind, scores, group):
    policy = kind().build(Money(gain=1, loss=1), ("a", "b", "c"))
    actions, chances = policy.decide(make_cases(scores, group), Draws(0))
    assert actions.tolist() == [int(score >= 0.5) for score in scores]
    assert chances.tolist() == [1.0] * len(scores)


def test_a_group_of_score_zero_gets_no_yes_and_binds_nobody_under_equal_opportunity(make_cases):
    policy = EqualOpportunity().build(Money(gain=1, loss=1), ("a", "b"))
    actions, _ = policy.decide(make_cases([0.9, 0.6, 0.0, 0.0], [0, 0, 1, 1]), Draws(0))
    assert actions.tolist() == [1, 1, 0, 0]


def transunion():
    """Repayment, group (0 black, 1 white) and people of each cell of the 2003 distributions."""
    sizes = {"black": 18_274, "white": 133_165}
    text = files("loopsim.data").joinpath("transunion_2003.csv").read_text()
    repay, group, mass = [], [], []
    for g, (name, size) in enumerate(sizes.items()):
        below = 0.0
        for row in csv.DictReader(line for line in text.splitlines() if line[0] != "#"):
            if row["group"] == name:
                repay.append(float(row["repay_rate"]))
                group.append(g)
                mass.append(size * (float(row["share_at_or_below"]) - below))
                below = float(row["share_at_or_below"])
    return np.array(repay), np.array(group, np.int8), np.array(mass)


@pytest.mark.parametrize(
    ("kind", "loss", "black", "white"),
    [
        (DemographicParity, 4, 0.577, 0.577),
        (EqualOpportunity, 4, 0.356, 0.625),
        (DemographicParity, 10, 0.341, 0.341),
        (EqualOpportunity, 10, 0.258, 0.498),
    ],
)
def test_on_transunion_scores_the_published_selection_rates_come_out(kind, loss, black, white):
    # Liu et al. (2018), from the same distributions: the rule on masses, without any case.
    repay, group, mass = transunion()
    policy = kind().build(Money(gain=1, loss=loss), ("black", "white"))
    at, share = policy.thresholds(repay, group, mass)
    p = np.where(repay > at[group], 1.0, np.where(repay == at[group], share[group], 0.0))
    rates = [np.average(p[group == g], weights=mass[group == g]) for g in (0, 1)]
    assert rates == pytest.approx([black, white], abs=0.003)
