"""The towns of D'Amour et al.: mass moves only with loans, and the rule is the exact one."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loopsim
from loopsim import registry
from loopsim.edges import LOOPS
from loopsim.policies.common_rate import CommonRatePolicy

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "fairness_is_not_static.py"
registry.allow_code([EXPERIMENT])
scenario = registry.load_code(EXPERIMENT, "scenario")
WORLD = registry.load_code(EXPERIMENT, "WORLD")
small = {"rounds": 150, "environment.towns": 6}


def of_world(name):
    registry.allow_code([WORLD])
    return registry.load_code(WORLD, name)


def ran(policy, **changes):
    return loopsim.Simulation(scenario(policy, **small | changes)).run()


POLICIES = ["max", "EO"]


@pytest.mark.parametrize("policy", POLICIES)
def test_mass_is_conserved_and_only_loans_move_it(policy):
    sim = ran(policy)
    carried, natural = sim.people["carried"], sim.people["natural"]
    np.testing.assert_allclose(carried.sum(axis=1), 1.0, atol=1e-12)
    assert carried.min() >= 0.0
    moved = np.abs(carried - natural).sum(axis=1) > 0.0
    assert moved.any()
    assert (sim.people["loans"][moved] > 0).all()


@pytest.mark.parametrize("policy", POLICIES)
def test_with_the_feature_loop_cut_every_distribution_stays(policy):
    sim = ran(policy, **{"loops.feature": 0.0})
    start = np.tile(of_world("START"), (6, 1))
    assert np.array_equal(sim.world.shares(sim.people), start)
    repayment = sim.metrics.values("true", "repayment", "two")
    np.testing.assert_allclose(repayment, 0.495, atol=1e-12)
    assert not np.array_equal(sim.people["carried"], start)


@pytest.mark.parametrize("policy", POLICIES)
def test_loans_that_move_nothing_are_the_loop_cut_bit_for_bit(policy):
    still = ran(policy, **{"environment.step": 0.0})
    cut = ran(policy, **{"loops.feature": 0.0})
    assert still.metrics.frame().equals(cut.metrics.frame())


def test_every_loop_half_closed_runs_and_reads_half_of_the_move():
    loops = {f"loops.{loop}": 0.5 for loop in LOOPS}
    sim = ran("EO", **loops)
    half = (sim.people["carried"] + sim.people["natural"]) / 2
    np.testing.assert_allclose(sim.world.shares(sim.people), half, atol=1e-12)


def test_a_loan_moves_a_step_or_what_is_left_one_bin_towards_its_outcome():
    sim = loopsim.Simulation(scenario("max", **small))
    loans = 0
    for _ in range(100):
        expected = sim.people["carried"].copy()
        sim.step()
        yes = sim.cases.actions == 1
        seen = sim.cases.features[yes, 0].astype(int), sim.outcomes.good[yes]
        for row, here, good in zip(sim.cases.rows[yes], *seen, strict=True):
            mass = min(0.01, expected[row, here])
            expected[row, here] -= mass
            expected[row, min(here + 1, 6) if good else max(here - 1, 0)] += mass
        assert np.array_equal(sim.people["carried"], expected)
        loans += yes.sum()
    assert loans == sim.people["loans"].sum() > 100


def test_a_town_more_moves_no_other_town():
    few, more = ran("EO"), ran("EO", **{"environment.towns": 7})
    assert np.array_equal(few.people["carried"], more.people["carried"][:12])


def test_maximum_reward_lends_exactly_where_repayment_is_at_least_half():
    sim = loopsim.Simulation(scenario("max", **small))
    for _ in range(50):
        sim.step()
        assert np.array_equal(sim.cases.actions == 1, sim.outcomes.probability >= 0.5)


masses = st.lists(st.integers(0, 5), min_size=14, max_size=14).map(
    lambda m: np.array(m, dtype=float).reshape(2, 7)
)


@settings(max_examples=60, deadline=None)
@given(masses.filter(lambda m: m.sum(axis=1).min() > 0))
def test_equal_opportunity_by_bin_is_the_exact_rule_on_masses(mass):
    mass = mass / mass.sum(axis=1, keepdims=True)
    repay = np.array(of_world("REPAY"))
    policy = of_world("EqualOpportunityByBinPolicy")(repay, 0.5, "by bin")
    rule = CommonRatePolicy(0.5, True, 2, "by mass")
    scores, group = np.tile(repay, 2), np.repeat(np.arange(2, dtype=np.int8), 7)
    at, share = rule.thresholds(scores, group, mass.ravel())
    exact = np.where(scores > at[group], 1.0, np.where(scores == at[group], share[group], 0.0))
    some = mass > 0
    chances = policy.chances(mass[None])[0]
    np.testing.assert_allclose(chances[some], exact.reshape(2, 7)[some], atol=1e-9)


def test_equal_opportunity_by_bin_gives_both_groups_one_true_positive_rate():
    sim = ran("EO")
    mass = sim.world.shares(sim.people).reshape(-1, 2, 7)
    repay = np.array(of_world("REPAY"))
    lent = sim.policy.chances(mass)
    rate = (mass * lent * repay).sum(axis=2) / (mass * repay).sum(axis=2)
    np.testing.assert_allclose(rate[:, 0], rate[:, 1], atol=1e-12)
    assert rate.min() > 0.0


def test_every_edge_says_what_flows_closed_and_cut():
    for edge in of_world("EDGES"):
        assert len(edge.closed) > 20
        assert len(edge.cut) > 20
