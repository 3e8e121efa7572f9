"""The lending world is what its sources say, and its edges carry what they declare."""

import numpy as np
import pytest

import loopsim
from loopsim.draws import Draws
from loopsim.environments.lending.source import given_hidden
from loopsim.environments.lending.transunion import table

GROUPS = ("white", "black", "hispanic", "asian")


def simulate(rounds, loops=(), **environment):
    plan = loopsim.Scenario.parse(
        {
            "name": "world",
            "rounds": max(rounds, 1),
            "environment": {"kind": "lending", "people": 4000, **environment},
            "training": {"history": {"rows": 500}},
        }
    )
    return loopsim.Simulation(plan.cut(*loops) if loops else plan).run(rounds)


@pytest.mark.parametrize(
    ("group", "bad", "above"),
    [
        ("white", 0.241, 0.657),
        ("black", 0.663, 0.166),
        ("hispanic", 0.432, 0.378),
        ("asian", 0.193, 0.726),
    ],
)
def test_the_table_has_the_published_bad_rates(group, bad, above):
    _, mass, repay = table()[group]
    assert 1 - np.average(repay, weights=mass) == pytest.approx(bad, abs=0.001)
    reached = int(np.flatnonzero(repay >= 0.8)[0])
    assert mass[reached + 1 :].sum() == pytest.approx(above, abs=0.01)


def test_people_repay_at_the_rate_of_their_group():
    sim = simulate(0, people=60_000, population={"kind": "transunion-2003"})
    repay = sim.world.probability(sim.people)
    for code, name in enumerate(GROUPS):
        mine = sim.people["group"] == code
        _, mass, curve = table()[name]
        error = 4 * repay[mine].std() / np.sqrt(mine.sum())
        assert repay[mine].mean() == pytest.approx(np.average(curve, weights=mass), abs=error)


@pytest.mark.parametrize("strength", [0.3, 0.7, 2.0])
def test_a_hidden_factor_leaves_the_marginal_chance_as_it_was(strength):
    grid = np.linspace(-16, 16, 4097)
    z = Draws(0).normal(1, 0, np.arange(200_000))
    for marginal in (-3.0, 0.0, 1.5):
        inner = np.interp(marginal, grid, given_hidden(strength))
        mean = (1 / (1 + np.exp(-(inner + strength * z)))).mean()
        assert mean == pytest.approx(1 / (1 + np.exp(-marginal)), abs=0.003)


def test_repaying_and_defaulting_move_scores_within_their_range():
    sim = simulate(4, apply=1.0)
    carried, natural = sim.people["carried"], sim.people["natural"]
    assert (carried != natural).any()
    assert carried.min() >= 300 and carried.max() <= 850


def test_a_move_may_change_what_is_seen_and_not_the_person():
    sim = simulate(4, changes="features")
    natural = sim.world._natural(sim.people)
    assert (sim.world.probability(sim.people) == natural).all()


def test_cutting_the_sampling_loop_keeps_the_number_of_applicants():
    sim = simulate(5, dropout=1.0, discouragement=0.8)
    rows = sim.world.arrivals(sim.people, sim.draws, 5)
    sim.world.edges = sim.world.edges.with_strengths({"sampling": 0.0})
    undisturbed = sim.world.arrivals(sim.people, sim.draws, 5)
    assert rows.size == undisturbed.size
    assert not np.array_equal(rows, undisturbed)


def test_adding_people_moves_nobody_elses_draws():
    few, many = (simulate(1, people=n) for n in (1000, 4000))
    first = many.cases.ids < 1000
    assert (many.cases.ids[first] == few.cases.ids).all()
    assert (many.outcomes.good[first] == few.outcomes.good).all()


def test_a_pipeline_fault_reaches_the_model_and_not_the_person():
    fault = [{"feature": "score", "offset": -80, "share": 0.5}]
    sound, broken = simulate(1), simulate(1, pipeline=fault)
    hit = broken.cases.features[:, 0] != sound.cases.features[:, 0]
    assert hit.mean() == pytest.approx(0.5, abs=0.05)
    assert (broken.outcomes.probability == sound.outcomes.probability).all()


def test_a_shock_changes_nothing_before_its_round():
    plan = loopsim.Scenario.parse(
        {"name": "s", "rounds": 6, "environment": {"kind": "lending", "people": 2000}}
    )
    shocked = plan.replace(shocks=[{"at": 3, "set": "environment.economy", "to": -2}])
    left, right = (loopsim.Simulation(p).run().series for p in (plan, shocked))
    same = left.values("true", "repayment") == right.values("true", "repayment")
    assert same.tolist() == [True] * 3 + [False] * 3


def test_the_model_sees_the_group_only_when_told_to():
    assert simulate(1).cases.features.shape[1] == 1
    sim = simulate(1, show_group=True)
    assert sim.world.schema.names == ("score", *(f"group={g}" for g in GROUPS))
    assert (sim.cases.features[:, 1:].argmax(axis=1) == sim.cases.group).all()


def test_a_restored_simulation_goes_on_bit_for_bit(tmp_path):
    plan = simulate(0, dropout=0.3, population={"kind": "synthetic"}).plan.replace(rounds=9)
    whole = loopsim.Simulation(plan).run()
    half = loopsim.Simulation(plan).run(5)
    for version in half.versions:
        version.model.save(tmp_path / f"version-{version.number:04d}.skops")
    back = loopsim.Simulation.restored(plan, half.state(), tmp_path).run()
    assert back.series.frame().equals(whole.series.frame())
