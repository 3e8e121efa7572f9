"""The two islands of Kilbertus et al.: the world's law, its outcome edge, and who gets stuck."""

import json
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.edges import LOOPS
from loopsim.environments.base import UNKNOWN
from loopsim.errors import ScenarioError
from loopsim.features import Schema
from loopsim.testing.environments import check_environment
from loopsim.testing.models import check_model
from loopsim.testing.policies import check_policy

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "selective_labels.py"
REFERENCE = Path(__file__).parents[2] / "results" / "reference" / "selective_labels"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


def of_world(name):
    return registry.load_code(of("WORLD"), name)


ARMS = [*of("MAIN"), *of("BESIDE")]
scenario = of("scenario")


def plan(arm, rounds=6, seed=1, applicants=4000, **changes):
    return scenario(arm, seed, applicants).replace(rounds=rounds, **changes)


def ran(arm, **changes):
    return loopsim.Simulation(plan(arm, **changes)).run()


def world(strengths):
    made = of_world("SelectiveWorld")(applicants=300)
    made.edges = made.edges.with_strengths(strengths)
    return made


def test_the_world_keeps_to_the_interface():
    check_environment(world)


def test_the_learner_and_the_policy_keep_to_theirs():
    check_model(of_world("Ascent")().build(Schema(("x",))), Schema(("x",)))
    for sure in (1.0, 0.5):
        check_policy(of_world("ChancePolicy")(sure, "by chance"))


def test_the_law_that_is_drawn_is_the_one_that_is_integrated():
    sim, seen = loopsim.Simulation(plan("deterministic", applicants=50_000)), []
    for _ in range(6):
        sim.step()
        x, good = sim.cases.features[:, 0], sim.outcomes.good
        above = [(x > at).mean() for at in (-5.0, -1.698, 0.0, 2.952, 5.201)]
        worth = [((good - 0.55) * (x > at)).mean() for at in (-25.0, -1.698, 5.201)]
        seen.append([*above, *worth, (good * (sim.cases.group == 1)).mean()])
    mean, error = np.mean(seen, axis=0), 5 * np.std(seen, axis=0, ddof=1) / np.sqrt(6)
    grid, value, mass = of("GRID"), of("VALUE"), of("density")(of("GRID")) * 0.002
    expected = [mass[grid > at].sum() for at in (-5.0, -1.698, 0.0, 2.952, 5.201)]
    expected += [value[grid > at].sum() for at in (-25.0, -1.698, 5.201)]
    near = np.exp(-0.5 * ((grid + 1.5) / 3.5) ** 2) / (3.5 * np.sqrt(2 * np.pi))
    expected.append(0.5 * (near * of("success")(grid)).sum() * 0.002)
    assert (np.abs(mean - expected) < error).all()
    assert error.max() < 0.01


def test_the_grid_gives_what_quadrature_gives():
    (first, second, third), pieces = of("exact")()
    grid, value = of("GRID"), of("VALUE")
    sums = [value[(grid > a) & (grid <= b)].sum() for a, b in ((first, second), (third, 40))]
    np.testing.assert_allclose(sums, [pieces[0], pieces[2]], atol=1e-6)


def test_only_the_accepted_are_ever_labelled_and_in_the_cut_everybody():
    closed, cut = ran("logistic"), ran("logistic", **{"loops.outcome": "cut"})
    hidden = closed.outcomes.label == UNKNOWN
    assert np.array_equal(hidden, closed.cases.actions == 0)
    assert 0 < hidden.sum() < hidden.size
    assert np.array_equal(cut.outcomes.label, cut.outcomes.good)


def test_applicants_and_their_outcomes_do_not_depend_on_policy_or_loops():
    one, two = ran("logistic"), ran("slice 20%", **{f"loops.{loop}": 0.0 for loop in LOOPS})
    assert np.array_equal(one.cases.features, two.cases.features)
    assert np.array_equal(one.outcomes.good, two.outcomes.good)


def test_every_round_has_new_applicants():
    sim = loopsim.Simulation(plan("deterministic"))
    before = sim.people["x"].copy()
    assert not np.isin(sim.run(2).people["x"], before).any()


def test_where_everybody_is_accepted_the_outcome_loop_closed_is_the_loop_cut_bit_for_bit():
    closed = ran("deterministic", policy="everyone")
    cut = ran("deterministic", policy="everyone", **{"loops.outcome": 0.0})
    assert closed.metrics.frame().equals(cut.metrics.frame())


@pytest.mark.parametrize("arm", ["deterministic", "semi-logistic"])
def test_an_outcome_loop_of_no_strength_is_the_loop_cut_bit_for_bit(arm):
    none, cut = ran(arm, **{"loops.outcome": 0.0}), ran(arm, **{"loops.outcome": "cut"})
    assert none.metrics.frame().equals(cut.metrics.frame())
    assert not none.metrics.frame().equals(ran(arm).metrics.frame())


def test_the_rule_on_the_grid_is_the_rule_that_decides():
    for arm in ("deterministic", "semi-logistic", "slice 20%"):
        sim = ran(arm, rounds=3, applicants=16_384)
        yes = np.interp(sim.cases.features[:, 0], of("GRID"), of("chance")(sim))
        error = 5 * np.sqrt((yes * (1 - yes)).sum()) + 2
        assert abs(sim.cases.actions.sum() - yes.sum()) < error


def test_the_learner_climbs_the_utility_of_its_policy():
    """Its step is the derivative of the weighted utility, found here by differences."""
    x, draws = np.linspace(-8, 8, 500)[:, None], Draws(3)
    labels = (draws.uniform(1, 0, np.arange(500)) < 0.5).astype(np.int8)
    weights = 1.0 + draws.uniform(2, 0, np.arange(500))
    learner = of_world("Ascent")(batch=500, rate=1.0).build(Schema(("x",)))

    def utility(theta):
        pi = of_world("sigmoid")(theta[0] + theta[1] * x[:, 0])
        return (weights * (labels - 0.55) * pi).mean()

    step = learner.fit(x, labels, weights, 0).theta - learner.theta
    for i, h in enumerate(np.eye(2) * 1e-6):
        slope = (utility(learner.theta + h) - utility(learner.theta - h)) / 2e-6
        np.testing.assert_allclose(step[i], slope, rtol=1e-6)


def test_the_learner_leaves_alone_whom_it_accepts_surely():
    learner = of_world("Ascent")(sure=0.5).build(Schema(("x",)))
    sure = np.linspace(5.9, 9, 50)[:, None]
    after = learner.fit(sure, np.ones(50, np.int8), np.ones(50), 0)
    assert np.array_equal(after.theta, learner.theta)


def test_the_semi_logistic_policy_is_sure_from_one_half_on():
    scores, rows = np.array([0.1, 0.49, 0.5, 0.9]), np.arange(4)
    cases = Cases(0, rows, rows, np.zeros(4, np.int8), scores=scores)
    actions, chances = of_world("ChancePolicy")(0.5, "semi").decide(cases, Draws(0))
    assert (actions[2:] == 1).all()
    np.testing.assert_allclose(np.where(actions == 1, chances, 1 - chances), [0.1, 0.49, 1, 1])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"training.weights": "none"}, "needs inverse-propensity"),
        ({"policy": {"kind": "break-even"}}, "needs {kind: by-chance"),
        ({"policy.sure": 0.5}, "sure: 1"),
    ],
)
def test_a_learner_without_its_weights_or_policy_is_refused_before_anything_runs(change, told):
    with pytest.raises(ScenarioError, match=told):
        plan("logistic", **change)


@pytest.mark.parametrize("arm", ARMS)
def test_every_arm_runs_and_retrains(arm):
    sim = ran(arm, rounds=4)
    assert len(sim.versions) >= 3
    assert not [event for event in sim.events if event["kind"] == "kept"]


def test_a_deterministic_rule_stays_on_the_upper_island_and_a_slice_leaves_it():
    stuck, slice_ = (ran(arm, rounds=8, applicants=16_384) for arm in ("deterministic", "slice 5%"))
    rules = [of("chance")(sim) for sim in (stuck, slice_)]
    assert of("GRID")[np.argmax(rules[0] > 0.5)] > 4.5
    assert rules[1] @ of("VALUE") > 1.5 * (rules[0] @ of("VALUE"))


def test_a_short_run_checks_and_draws_everything(tmp_path, monkeypatch):
    names = of("checks").__globals__
    monkeypatch.setitem(names, "ROUNDS", {"main": 3, "beside": 3})
    monkeypatch.setitem(names, "SEEDS", range(1, 3))
    of("path").cache_clear()
    found = of("checks")()
    of("draw")(tuple(found), tmp_path / "figure.png")
    of("path").cache_clear()
    kept = json.loads((REFERENCE / "figures.json").read_text())["checks"]
    assert [check.name for check in found] == [check["name"] for check in kept]
    assert all(np.isfinite(check.measured) for check in found)
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_in_the_figures_kept_for_reference_nothing_published_is_missed():
    """A slice may fall short of a twofold gain: that is a finding, and no figure of the paper."""
    kept = json.loads((REFERENCE / "figures.json").read_text())["checks"]
    missed = [check["name"] for check in kept if check["verdict"] != "holds"]
    assert all(name.startswith("slice ") and "times" in name for name in missed)


def test_the_exact_figures_are_those_published():
    checks = of("_exact_checks")()
    assert [check.verdict for check in checks] == ["holds"] * 6
