"""Proxies: what is shown is the best by the proxy, and a policy steps up what it is rewarded by."""

from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "proxy_overoptimisation.py"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


@pytest.mark.parametrize("error", ["normal", "heavy"])
def test_the_best_by_the_proxy_is_shown(error):
    sim = loopsim.Simulation(of("best_of_plan")(error, 8, prompts=50)).run()
    assert np.array_equal(sim.cases.item, sim.people["proxy"].argmax(axis=1))
    shown = sim.world.measure(sim.people, sim.cases, sim.outcomes)
    np.testing.assert_array_equal(shown["proxy"], sim.people["proxy"].max(axis=1))


def test_heavy_errors_follow_students_law_with_two_degrees_of_freedom():
    from scipy.stats import kstest, t

    people = loopsim.Simulation(of("best_of_plan")("heavy", 8, prompts=500)).run().people
    error = (people["proxy"] - people["gold"]).ravel()
    assert kstest(error, t(2).cdf).pvalue > 1e-3
    assert kstest(people["gold"].ravel(), "norm").pvalue > 1e-3


def test_more_answers_do_not_change_those_that_were_there_for_one_prompt():
    few, more = (
        loopsim.Simulation(of("best_of_plan")("normal", n, prompts=1)).run().people["gold"][0]
        for n in (4, 8)
    )
    np.testing.assert_array_equal(few, more[:4])


def test_gold_is_worth_nothing_on_average_at_the_start_and_lies_on_the_curve():
    plan = of("tilted_plan")(1.0, prompts=4000, rounds=1)
    sim = loopsim.Simulation(plan).run()
    assert sim.outcomes.good.mean() == pytest.approx(0.0, abs=0.1)
    y = np.zeros(1)
    for theta in (0.5, 2.0):  # E gold(θ + e) = gold(θ) − (b/2)(E e² + E e₂² − 2)
        exact = of("curve")(theta / np.sqrt(2.0))
        mean = float(sim.world.gold(np.array([theta]), y)[0]) - of("B")  # less the noise's 2·b/2
        assert mean == pytest.approx(exact)


def test_a_policy_steps_up_the_proxy_and_with_the_loop_cut_up_the_worth():
    closed, cut = (
        loopsim.Simulation(of("tilted_plan")(loop, prompts=20_000, rounds=2)).run().model.theta
        for loop in (1.0, 0.0)
    )
    assert closed == pytest.approx(0.1, abs=0.01)  # the proxy's slope is 1 everywhere
    assert cut == pytest.approx(0.1 * np.cos(np.pi / 3), abs=0.01)


def test_the_peak_is_where_the_curve_is_flat():
    peak, best, curve = of("PEAK"), of("BEST"), of("curve")
    assert curve(peak) == pytest.approx(best)
    assert curve(peak + 1e-4) < best > curve(peak - 1e-4)
