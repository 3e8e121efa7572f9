"""The urns of Ensign et al.: who is sent where, what is found, and what the urn makes of it."""

from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.draws import Draws
from loopsim.features import Schema

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "runaway_policing.py"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


def of_world(name):
    registry.allow_code([of("WORLD")])
    return registry.load_code(of("WORLD"), name)


class Kept:
    def __init__(self):
        self.rounds = []

    def on_round(self, sim, t, cases, outcomes):
        found = np.nan_to_num(outcomes.label)
        self.rounds.append((cases.scores.copy(), cases.actions.copy(), found, outcomes.good))


def ran(arm, towns=200, days=12, **changes):
    kept = Kept()
    sim = loopsim.Simulation(of("scenario")(arm, towns, days).replace(**changes), [kept]).run()
    return sim, kept.rounds


@pytest.mark.parametrize("arm", of("ARMS"))
def test_one_region_of_each_town_is_patrolled_with_the_chance_of_its_share(arm):
    sim, rounds = ran(arm)
    for scores, actions, _, _ in rounds:
        assert (actions.reshape(-1, 2).sum(axis=1) == 1).all()
        np.testing.assert_allclose(scores.reshape(-1, 2).sum(axis=1), 1.0)
    sent = np.mean([actions[::2].mean() for _, actions, _, _ in rounds])
    assert sent == pytest.approx(np.mean([s[::2].mean() for s, *_ in rounds]), abs=0.05)
    assert sim.version == len(rounds) - 1


def test_incidents_are_found_where_the_patrol_is_and_with_the_loop_cut_in_both():
    for _, actions, found, good in ran("top-2")[1]:
        np.testing.assert_array_equal(found, np.where(actions == 1, good, 0.0))
    for _, _, found, good in ran("top-2, loop cut")[1]:
        np.testing.assert_array_equal(found, good)


def test_without_decay_the_urn_holds_what_it_began_with_and_what_was_found():
    sim, rounds = ran("unequal")
    balls = sim.model.learnt["balls"]
    found = sum(found for _, _, found, _ in rounds[:-1])  # the last findings are known a day later
    np.testing.assert_allclose(balls, 2.0 + found.reshape(-1, 2))


def test_the_correction_accepts_the_region_that_is_visited_less_always():
    model = of_world("UrnModel")((8.0, 2.0), 0.0, True)
    towns = np.arange(4000)
    to_a = model.fit(np.column_stack([towns, 0 * towns]), np.ones(4000), None, 1).learnt["balls"]
    to_b = model.fit(np.column_stack([towns, 0 * towns + 1]), np.ones(4000), None, 1).learnt[
        "balls"
    ]
    assert (to_b[:, 1] == 3.0).all()
    assert (to_a[:, 0] == 9.0).mean() == pytest.approx(0.2 / 0.8, abs=0.03)


def test_balls_vanish_by_a_binomial_law_and_one_stays():
    from scipy.stats import binom

    u = Draws(1).uniform(6, 0, np.arange(3000))  # stream 6, any will do
    n = np.repeat([1.0, 7.0, 400.0], 1000)
    np.testing.assert_array_equal(of_world("_binomial")(n, 0.01, u), binom.ppf(u, n, 0.01))
    model = of_world("UrnModel")((1.0, 1.0), 0.9, False)
    left = model.fit(np.array([[0.0, 0.0]]), np.zeros(1), None, 1).learnt["balls"]
    np.testing.assert_array_equal(left, [[1.0, 1.0]])


def test_incidents_are_poisson():
    from scipy.stats import poisson

    u = Draws(2).uniform(6, 0, np.arange(2000))
    rate = np.tile([3.7, 2.8], 1000)
    np.testing.assert_array_equal(of_world("_poisson")(rate, u), poisson.ppf(u, rate))


def test_a_town_more_moves_no_other():
    few, more = (ran("top-2", towns=n)[0].model.learnt["balls"] for n in (20, 21))
    np.testing.assert_array_equal(few, more[:20])


def test_an_urn_scores_its_start_before_the_first_day():
    model = of_world("Urn")(start=(3.0, 1.0)).build(Schema(("town", "region")))
    np.testing.assert_allclose(model.score(np.array([[5.0, 0.0], [5.0, 1.0]])), [0.75, 0.25])
