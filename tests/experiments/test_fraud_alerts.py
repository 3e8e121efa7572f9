"""The handbook's table and the drifting world: the law, the split, the learner, the reference."""

import json
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.testing.environments import check_environment

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "fraud_alerts.py"
REFERENCE = Path(__file__).parents[2] / "results" / "reference" / "fraud_alerts"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


def of_world(name):
    return registry.load_code(of("WORLD"), name)


def drifted(use="aggregated", turn=0.04, seed=1, days=16, **changes):
    plan = of("drifting")(use, turn, seed, days)
    return loopsim.Simulation(plan.replace(**changes)).run()


def test_the_drifting_world_keeps_to_the_interface():
    def build(strengths):
        world = of_world("RotatingFraud")(payments=200, fraud=0.2)
        world.edges = world.edges.with_strengths(strengths)
        return world

    check_environment(build)


def test_frauds_rotate_at_their_distance():
    world = of_world("RotatingFraud")(payments=60_000, fraud=0.3)
    draws = loopsim.draws.Draws(3)
    people = world.populate(draws)
    for t in (0, 20):
        x = world.features(people, np.arange(len(people)), draws, t)
        bad = world._bad(people, np.arange(len(people)), draws, t)
        angle = 0.04 * t
        expected = [2.2 * np.cos(angle), 2.2 * np.sin(angle), 0, 0]
        assert x[bad, :4].mean(axis=0) == pytest.approx(expected, abs=0.04)
        assert x[~bad, :4].mean(axis=0) == pytest.approx(np.zeros(4), abs=0.03)
        assert bad.mean() == pytest.approx(0.3, abs=0.01)


def test_alerts_are_known_the_next_day_and_all_else_after_the_delay():
    sim = drifted(days=10)
    rows = sim.memory.known(10)
    late = rows.due - rows.opened
    assert set(late.tolist()) == {1, 7}
    assert (rows.opened[late == 1] >= 10 - 8).all()
    assert np.bincount(rows.opened[late == 1] - 3).max() == 50


def test_without_the_outcome_loop_alerts_teach_nothing_early():
    sim = drifted("feedback", days=12, **{"loops.outcome": 0.0})
    assert not sim.versions  # every label is a delayed one


def test_the_split_leaves_out_cards_known_to_be_compromised():
    start, train, delay = (of(name) for name in ("START", "TRAIN", "DELAY"))
    cards, day = np.arange(6), {}
    for t in range(start, start + train + delay + of("TEST")):
        bad = np.zeros(6, bool)
        bad[0] = t == start  # known from training
        bad[1] = t == start + train + 2  # known on the fourth test day
        bad[2] = t == start + train + delay  # not known within the week
        day[t] = np.zeros((6, 1)), bad, cards
    _, test = of("split")(day)
    here = [set(rows.tolist()) for _, _, rows in test]
    assert all(0 not in rows for rows in here)
    assert [1 in rows for rows in here] == [True, True, True, False, False, False, False]
    assert all(2 in rows for rows in here)


def test_a_compromised_card_is_found_once():
    day = [None, np.array([True, False, False]), np.array([0, 1, 2])]
    risk = np.array([0.9, 0.2, 0.1])
    precision = of("measured")([risk, risk], [day, [None, ~day[1], day[2]]])[2]
    # Day 1: one of three cards is a fraud; day 2: card 0 is left out, and both others are.
    assert precision == pytest.approx((1 / 3 + 1.0) / 2)


def test_the_reference_holds_every_check_of_the_experiment():
    held = json.loads((REFERENCE / "figures.json").read_text())
    assert held["claim"] == of("CLAIM") and held["source"] == of("SOURCE")
    names = [check["name"] for check in held["checks"]]
    assert len(names) == 9 + 2 + 2 + 8
    bands = {check["name"]: (check["low"], check["high"]) for check in held["checks"]}
    for model, published in of("PUBLISHED").items():
        for (measure, half), value in zip(of("MEASURES").items(), published, strict=True):
            assert bands[f"{model}: {measure}"] == pytest.approx((value - half, value + half))
    assert bands["gain of separate models, rotating"] == (0.015, None)
    assert bands["gain of separate models, at rest"] == (-0.01, 0.01)
    assert (REFERENCE / "figure.png").stat().st_size > 20_000


def test_the_drifting_world_gives_the_same_days_to_every_learner():
    one, other = drifted("delayed", days=3), drifted("feedback", days=3)
    assert np.array_equal(one.cases.features, other.cases.features)
    assert np.array_equal(one.outcomes.good, other.outcomes.good)
