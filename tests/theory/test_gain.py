"""A measured gain is the one that a closed form gives."""

import numpy as np
import pytest

import loopsim

MAE = np.sqrt(2.0 / np.pi)  # of a standard normal
EVERY = {
    "rule": {"kind": "every", "rounds": 1},
    "window": {"kind": "sliding", "rounds": 1},
    "history": {"rows": 0},
    "minimum": 2,
}


def measured(scenario, push="shown", size=0.1, at=5, seeds=2, loops=(), **more):
    return loopsim.gain(
        scenario, push, size, metric="true.shown", at=at, seeds=seeds, loops=loops, workers=1,
        **more,
    )  # fmt: skip


def verdict_of(size):
    return "self-correcting" if abs(size) < 1 else "runaway"


@pytest.mark.parametrize("epsilon", [0.5, -0.6, 1.2, -1.3, 0.95])
def test_the_gain_of_mean_estimation_is_epsilon_sign_and_all(theory, epsilon):
    plan = theory.scenario({"kind": "theory-mean", "epsilon": epsilon}, rounds=20)
    found = measured(plan, loops=["feature"])
    for loop in found.loops:  # all together, and the feature loop with the others cut
        assert loop.growth.gain == pytest.approx(epsilon, abs=1e-7)
        assert loop.verdict == verdict_of(epsilon)
        assert loop.linearity.verdict == "holds"
    assert ("overshoots" in found.all.note) == (epsilon < 0)


def test_mean_estimation_settles_at_its_stable_point(theory):
    plan = theory.scenario(
        {"kind": "theory-mean", "epsilon": 0.9, "people": 400, "start": 100.0}, 400, start=(100.0,)
    )
    path = loopsim.Simulation(plan).run().series.values("true", "shown")
    # An AR(1) of noise 1/√400 a generation: its mean over 175 generations has this deviation.
    deviation = 1 / np.sqrt(400) / 0.1 / np.sqrt(175)
    assert path[-350:].mean() == pytest.approx(10.0 / 0.1, abs=4 * deviation)


def test_a_gain_with_the_loop_cut_is_nothing(theory):
    plan = theory.scenario({"kind": "theory-mean"}, 20).cut("feature")
    assert measured(plan).all.growth.gain == 0.0


def test_at_a_gain_of_exactly_1_nobody_can_tell(theory):
    plan = theory.scenario({"kind": "theory-mean", "epsilon": 1.0}, rounds=20)
    found = measured(plan).all
    assert found.growth.gain == pytest.approx(1.0, abs=1e-7)
    assert found.verdict == "cannot tell"


@pytest.mark.parametrize("epsilon", [-0.5, -1.5, 0.5])
def test_a_loop_that_answers_a_generation_late_grows_by_the_root_of_epsilon(theory, epsilon):
    world = {"kind": "theory-mean", "epsilon": 0.0, "earlier": epsilon}
    plan = theory.scenario(world, rounds=26)
    once, twice = (measured(plan, seeds=3, lags=lags).all for lags in (1, 2))
    assert once.verdict == "cannot tell"
    assert "try more lags" in once.note
    assert twice.growth.gain == pytest.approx(np.sqrt(abs(epsilon)), abs=1e-7)
    assert twice.verdict == verdict_of(epsilon)
    if epsilon < 0:  # roots ±i√|ε|: a crest every four generations
        assert twice.growth.period == pytest.approx(4.0, abs=1e-6)


def test_a_loop_with_two_lags_has_the_root_of_its_characteristic_equation(theory):
    world = {"kind": "theory-mean", "epsilon": 0.8, "earlier": -0.9}
    found = measured(theory.scenario(world, rounds=26), seeds=3, lags=2).all
    root = np.roots([1.0, -0.8, 0.9])[0]
    assert found.growth.gain == pytest.approx(abs(root), abs=1e-7)
    assert found.growth.period == pytest.approx(2 * np.pi / abs(np.angle(root)), abs=1e-5)


@pytest.mark.parametrize(("usage", "adherence"), [(0.5, 0.2), (0.7, 0.9), (0.7, 0.2), (1.0, 1.4)])
def test_khritankovs_mean_field(theory, usage, adherence):
    world = {"kind": "theory-hidden", "people": 10_000, "usage": usage, "adherence": adherence}
    plan = theory.scenario(world | {"start": MAE}, 20, "spread", (MAE,))
    found = measured(plan, seeds=4).all
    expected = usage * adherence * MAE
    assert found.growth.low <= expected <= found.growth.high
    assert found.growth.gain == pytest.approx(expected, rel=0.02)
    assert found.verdict == verdict_of(expected)
    if usage < 1:
        path = loopsim.Simulation(plan).run().series.values("true", "shown")
        fixed = (1 - usage) / (1 - expected)
        assert path[-6:].mean() / MAE == pytest.approx(fixed, rel=0.15)  # the published band


def test_full_usage_collapses_or_explodes(theory):
    for adherence, factor in ((0.2, 0.2 * MAE), (1.4, 1.4 * MAE)):
        world = {"kind": "theory-hidden", "people": 10_000, "usage": 1.0, "adherence": adherence}
        plan = theory.scenario(world | {"start": MAE}, 22, "spread", (MAE,))
        path = loopsim.Simulation(plan).run().series.values("true", "shown")
        generations = 10  # round 21 was shown the tenth refit
        assert path[-1] / MAE == pytest.approx(factor**generations, rel=0.15)


def test_the_biased_coin(theory):
    plan = theory.scenario({"kind": "theory-coin"}, 16, "slope", training=EVERY)
    found = measured(plan, "scores", 0.05, at=8, seeds=8, skip=0).all
    assert found.growth.low <= 0.3 <= found.growth.high
    assert found.growth.high - found.growth.low < 0.03
    assert (found.verdict, found.linearity.verdict) == ("self-correcting", "holds")


def test_the_biased_coin_rests_at_its_stable_point_and_not_at_its_best(theory):
    plan = theory.scenario({"kind": "theory-coin"}, 60, "slope", training=EVERY)
    path = loopsim.Simulation(plan).run().series.values("true", "shown")
    mu, epsilon = 0.1, 0.3
    stable, best = mu / (1 - epsilon), mu / (1 - 2 * epsilon)
    deviation = np.sqrt(0.25 / 10_000) / (1 - epsilon) / np.sqrt(50)
    assert path[-50:].mean() == pytest.approx(stable, abs=4 * deviation)

    def risk(theta):  # half the squared loss of the prediction θX + ½, in the world that it makes
        p = 0.5 + mu + epsilon * theta
        return (p * (0.5 - theta) ** 2 + (1 - p) * (0.5 + theta) ** 2) / 4 + 0.25 / 4

    assert (stable, best) == pytest.approx((0.142857, 0.25), abs=1e-6)
    assert risk(stable) - risk(best) == pytest.approx(0.00114796, abs=1e-8)
    assert abs(path[-50:].mean() - best) > 0.1


def test_the_gain_of_a_refit_on_own_samples_is_1_in_the_mean(theory):
    plan = theory.scenario({"kind": "theory-chains", "people": 400}, 20, "chains", (0.0, 1.0))
    found = loopsim.gain(
        plan, "features", 0.2, feature="x", metric="true.mean", at=5, seeds=2, loops=[], workers=1
    ).all
    assert found.growth.gain == pytest.approx(1.0, abs=1e-6)
    assert found.verdict == "cannot tell"  # neither: what a chain lost it never finds again


def test_a_normal_refitted_on_its_own_samples_loses_its_variance(theory):
    from scipy.special import polygamma, psi

    chains, m, generations = 1500, 20, 10
    world = {"kind": "theory-chains", "people": chains * m, "cases": m}
    plan = theory.scenario(world, 2 * generations + 1, "chains", (0.0, 1.0))
    series = loopsim.Simulation(plan).run().series
    end = {name: series.values("true", name)[-1] for name in ("variance", "logarithm", "square")}
    kept = (1 - 1 / m) ** generations
    assert end["variance"] == pytest.approx(kept, rel=0.05)
    assert end["square"] == pytest.approx(1 - kept, rel=0.15)  # the mean wanders instead
    fall = psi((m - 1) / 2) - np.log(m / 2)
    deviation = np.sqrt(generations * polygamma(1, (m - 1) / 2) / chains)
    assert end["logarithm"] == pytest.approx(generations * fall, abs=4 * deviation)


def test_a_response_that_is_not_linear_is_said_to_be_none(theory):
    plan = theory.scenario({"kind": "theory-hidden", "people": 2000, "usage": 1.0}, 20, "spread")
    found = measured(plan, size=1.0, seeds=3).all  # around a spread of 0: |x| has no slope there
    assert found.linearity.verdict != "holds"
    assert "linear response" in found.note
