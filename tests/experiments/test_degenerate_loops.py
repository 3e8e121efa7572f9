"""The interests of Jiang et al.: what is shown moves, by the law, and only through its edge."""

import json
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.draws import Draws
from loopsim.edges import LOOPS
from loopsim.features import Schema
from loopsim.slates import Catalogue, Interactions, Visits
from loopsim.testing.environments import check_environment
from loopsim.testing.recommenders import check_recommender

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "degenerate_loops.py"
REFERENCE = Path(__file__).parents[2] / "results" / "reference" / "degenerate_loops"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


def of_world(name):
    registry.allow_code([of("WORLD")])
    return registry.load_code(of("WORLD"), name)


ARMS = list(of("ARMS"))


def plan(arm, users=8, rounds=40, **changes):
    return of("scenario")(arm, users, rounds=rounds, **changes)


def ran(arm, **changes):
    return loopsim.Simulation(plan(arm, **changes)).run()


@pytest.mark.parametrize("draw", [True, False])
def test_the_bandit_keeps_to_the_interface(draw):
    check_recommender(of_world("BanditModel")(draw=draw).build(Schema(("user", "item", "place"))))


@pytest.mark.parametrize("arm", ARMS)
def test_only_what_is_shown_moves_by_a_step_at_most_towards_its_click(arm):
    sim = loopsim.Simulation(plan(arm, **{"environment.reset": 0.0}))
    for _ in range(20):
        before = sim.people["carried"].copy()
        sim.step()
        move = sim.people["carried"] - before
        shown = np.zeros(move.shape, dtype=bool)
        shown[sim.cases.rows, sim.cases.item] = True
        assert (move[~shown] == 0.0).all()
        signed = move[sim.cases.rows, sim.cases.item] * (2 * sim.outcomes.good - 1)
        assert ((signed > 0.0) & (signed <= 0.01)).all()


def test_an_interest_that_is_reset_is_drawn_as_at_the_start():
    sim = ran("oracle, reset", **{"environment.reset": 1.0})
    assert (np.abs(sim.people["carried"]) <= 0.5).all()
    assert sim.people["carried"].std() == pytest.approx(12**-0.5, abs=0.05)


def test_with_the_feature_loop_cut_every_interest_stays():
    sim = ran("oracle", **{"loops.feature": 0.0})
    assert (sim.metrics.values("true", "moved") == 0.0).all()
    assert not np.array_equal(sim.people["carried"], sim.people["natural"])
    click = sim.metrics.values("true", "click_through")
    assert np.unique(np.diff(click)).size > 2


@pytest.mark.parametrize("arm", ["oracle", "Thompson", "ε-greedy"])
def test_interests_that_do_not_move_are_the_feature_loop_cut_bit_for_bit(arm):
    still = ran(arm, **{"environment.step": 0.0})
    cut = ran(arm, **{"loops.feature": 0.0})
    assert still.metrics.frame().equals(cut.metrics.frame())


def test_a_sampling_loop_that_is_none_reads_the_same_cut():
    closed, cut = ran("Thompson"), ran("Thompson", **{"loops.sampling": 0.0})
    assert closed.metrics.frame().equals(cut.metrics.frame())


def test_with_the_model_loop_cut_slates_do_not_choose_what_is_learned():
    shared = {"loops.feature": 0.0, "loops.model": 0.0}
    learned = [
        ran("Thompson", **shared).model.learnt["seen"],
        ran("Thompson", **shared, **{"policy.explore": 1.0}).model.learnt["seen"],
    ]
    assert np.array_equal(*learned)
    closed = ran("Thompson", **{"loops.feature": 0.0}).model.learnt["seen"]
    assert closed.sum() == learned[0].sum()
    assert not np.array_equal(closed, learned[0])


def test_the_panel_shows_each_item_equally_often_and_none_twice_in_a_slate():
    sim = loopsim.Simulation(plan("oracle", users=500, rounds=1)).run()
    features, label = sim.world.panel(sim.people, sim.cases, sim.draws, np.arange(len(sim.cases)))
    slates = features[:, 1].reshape(-1, 4)
    assert all(len(set(slate)) == 4 for slate in slates.tolist())
    counts = np.bincount(slates.ravel().astype(int), minlength=10)
    assert ((counts - 200) ** 2 / 200).sum() < 9 + 5 * np.sqrt(18)
    assert label.mean() == pytest.approx(0.5, abs=0.06)


def test_every_loop_half_closed_runs_and_reads_half_of_the_move():
    sim = ran("Thompson", **{f"loops.{loop}": 0.5 for loop in LOOPS})
    half = (sim.people["carried"] + sim.people["natural"]) / 2
    np.testing.assert_allclose(sim.world.interests(sim.people), half, atol=1e-12)


def test_a_user_more_moves_no_other_user():
    few, more = ran("Thompson"), ran("Thompson", users=9)
    assert np.array_equal(few.people["carried"], more.people["carried"][:8])


def test_a_run_that_is_restored_goes_on_as_it_would_have():
    whole = ran("oracle, reset")
    half = loopsim.Simulation(plan("oracle, reset")).run(20)
    again = loopsim.Simulation.restored(plan("oracle, reset"), half.state(), Path()).run()
    assert np.array_equal(whole.people["carried"], again.people["carried"])


def test_the_oracle_shows_the_four_highest_interests():
    sim = loopsim.Simulation(plan("oracle"))
    for _ in range(10):
        before = sim.people["carried"].copy()
        sim.step()
        best = np.sort(np.argsort(-before, axis=1)[:, :4], axis=1)
        assert np.array_equal(np.sort(sim.cases.item.reshape(-1, 4), axis=1), best)


def test_bandits_draw_from_the_posterior_of_their_own_user():
    catalogue = Catalogue(np.empty((2, 0)), *np.zeros((2, 2), int), np.ones(2, bool))
    user, item = np.repeat([0, 1], 50), np.zeros(100, dtype=int)
    none = np.empty((100, 0))
    rows = Interactions(user, item, item, none, catalogue)
    clicked = np.r_[np.ones(40), np.zeros(60)].astype(np.int8)
    model = of_world("BanditModel")().build(Schema(("user",))).fit(rows, clicked, None, 1)
    model = model.fit(rows[:0], clicked[:0], None, 2)  # nothing new is nothing forgotten
    visits = Visits(np.arange(3), np.empty((3, 0)), np.empty((3, 0), int), catalogue)
    drawn = [model.score_drawn(visits, Draws(1), t).block(slice(0, 3)) for t in range(2000)]
    mean = np.mean(drawn, axis=0)
    expected = [[41 / 52, 0.5], [1 / 52, 0.5], [0.5, 0.5]]
    np.testing.assert_allclose(mean, expected, atol=0.03)
    assert np.std(drawn, axis=0)[0, 0] == pytest.approx(np.sqrt(41 * 11 / 53) / 52, rel=0.1)


def test_the_law_of_an_always_shown_item_solves_its_equation():
    law, t, h = of("law"), np.arange(0.0, 1000.0, 50.0), 1e-3
    slope = (law(1.0, t + h) - law(1.0, t - h)) / (2 * h)
    np.testing.assert_allclose(slope, 0.005 * np.tanh(law(1.0, t) / 2), rtol=1e-6)
    assert law(1.0, 1000) == pytest.approx(5.095, abs=5e-4)


def test_an_item_of_no_interest_stays_so_in_the_mean_and_one_of_some_grows():
    flat, grown = (of("always_shown")(300, start) for start in (0.0, 1.0))
    assert abs(flat.mean()) < 4 * flat.std() / np.sqrt(300)
    assert grown.mean() == pytest.approx(float(of("law")(1.0, 1000)), rel=0.02)


def test_better_knowledge_moves_interests_further():
    sims = [ran(arm, users=60, rounds=600) for arm in ("oracle", "random")]
    oracle, random = (sim.world.truth(sim.people)["moved"].mean() for sim in sims)
    assert oracle > 3 * random


def test_the_committed_figures_are_those_of_these_checks():
    held = json.loads((REFERENCE / "figures.json").read_text(encoding="utf-8"))
    assert held["claim"] == of("CLAIM")
    levels = {c["name"]: c for c in held["checks"] if "moved at" in c["name"]}
    for arm, published in of("PUBLISHED").items():
        for t, value in zip(of("TIMES"), published, strict=True):
            check = levels[f"{arm}: moved at t = {t:,}"]
            assert (check["low"], check["high"]) == pytest.approx((0.75 * value, 1.25 * value))


@pytest.mark.parametrize("reset", [0.0, 0.2])
def test_the_world_keeps_to_the_interface(reset):
    plan = {"kind": "interests", "items": 8, "step": 0.5, "reset": reset}
    check_environment(of_world("Interests").model_validate(plan).build)
