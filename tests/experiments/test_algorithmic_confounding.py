"""The ranked lists of Chaney et al.: who picks what, what is dealt where, and what is learned."""

import json
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim import registry
from loopsim.draws import Draws
from loopsim.edges import LOOPS
from loopsim.features import Schema
from loopsim.testing.recommenders import check_recommender
from loopsim.testing.slate_policies import check_slate_policy

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "algorithmic_confounding.py"
REFERENCE = Path(__file__).parents[2] / "results" / "reference" / "algorithmic_confounding"
registry.allow_code([EXPERIMENT])


def of(name):
    return registry.load_code(EXPERIMENT, name)


def of_world(name, file="WORLD"):
    registry.allow_code([of(file)])
    return registry.load_code(of(file), name)


def plan(model, training="repeated", **changes):
    small = {"environment.users": 20, "environment.steps": 14, "rounds": 14}
    return of("scenario")(model, training, 3, **small | {"policy.startup": 4} | changes)


def ran(model, **changes):
    return loopsim.Simulation(plan(model, **changes)).run()


MODELS = [m for m in of("MODELS") if m not in ("ideal", "random")]


@pytest.mark.parametrize("by", [m for m in MODELS if m != "social"])
def test_recommenders_of_picks_keep_to_the_interface(by):
    # "social" reads a column a user: check_recommender's four attributes are something else
    check_recommender(
        of_world("PicksModel", "PICKS")(by=by).build(Schema(("user", "item", "place")))
    )


def test_the_policy_keeps_to_the_interface():
    check_slate_policy(of_world("InterleavedPolicy", "LISTS")(k=2))
    check_slate_policy(of_world("InterleavedPolicy", "LISTS")(k=2, startup=1000))


@pytest.mark.parametrize("model", of("MODELS"))
@pytest.mark.parametrize("listed", [True, False])
def test_everybody_picks_one_item_a_round_and_none_again(model, listed):
    sim = ran(model, **{"environment.listed": listed})
    consumed = sim.people["consumed"]
    assert all(len(set(items)) == 14 for items in consumed.tolist())
    assert (consumed < 10 * np.arange(1, 15)).all()
    assert np.array_equal(sim.outcomes.good.reshape(20, -1).sum(axis=1), np.ones(20))


def test_a_pick_is_the_best_by_what_is_known_times_its_place():
    sim = loopsim.Simulation(plan("popularity")).run(8)
    before = sim.people["consumed"][:, :8].copy()
    sim.step()
    for user, slate, good in zip(
        range(20), sim.cases.item.reshape(20, -1), sim.outcomes.good.reshape(20, -1), strict=True
    ):
        worth = sim.people["known"][user, slate] * np.arange(1, slate.size + 1) ** -0.8
        worth[np.isin(slate, before[user])] = -1.0
        assert np.argmax(worth) == np.argmax(good)


def test_the_law_of_utilities_is_the_papers():
    people = loopsim.Simulation(plan("ideal", **{"environment.steps": 100})).people
    tastes, items = people["tastes"], people.world["items"]
    np.testing.assert_allclose(tastes.sum(axis=1), 1.0)
    np.testing.assert_allclose(items.sum(axis=1), 1.0)
    mean_square = (0.1 + 0.1**2 / 20) / (0.1 * 1.1)  # of a Dirichlet of 20 with sum 0.1, all alike
    assert (items**2).sum(axis=1).mean() == pytest.approx(mean_square, abs=0.02)
    np.testing.assert_allclose(people["worth"], tastes @ items.T, atol=2e-4)
    some = people["worth"] > 0.01
    share = people["known"][some] / people["worth"][some]
    np.testing.assert_allclose(share, 0.98, atol=6e-5)


@pytest.mark.parametrize("mean", [1e-5, 2e-4, 0.05, 0.98])
def test_a_beta_has_the_mean_and_the_deviation_that_it_says(mean):
    drawn = of_world("beta")(mean, np.linspace(0, 1, 40_001)[1:-1])
    assert drawn.mean() == pytest.approx(mean, abs=1e-7)
    assert drawn.std() == pytest.approx(1e-5, rel=0.01)
    assert (np.diff(drawn) >= 0).all()


def test_new_items_are_dealt_into_any_place_alike_and_the_others_keep_their_order():
    sim = loopsim.Simulation(plan("ideal", **{"environment.users": 600})).run(14)
    slates = sim.cases.item.reshape(600, -1)
    new = slates >= 130
    assert (new.sum(axis=1) == 10).all()
    counts, expected = new.sum(axis=0), 600 * 10 / 140
    assert ((counts - expected) ** 2 / expected).sum() < 139 + 5 * np.sqrt(2 * 139)
    worth = np.take_along_axis(sim.people["worth"].astype(np.float32), slates, axis=1)
    for values, fresh in zip(worth, new, strict=True):
        assert (np.diff(values[~fresh]) <= 0).all()


def test_a_random_list_is_random_and_says_so():
    sim = loopsim.Simulation(plan("random", **{"environment.users": 400})).run(2)
    slates = sim.cases.item.reshape(400, 20)
    counts = np.bincount(slates[:, 0], minlength=20)
    assert ((counts - 20) ** 2 / 20).sum() < 19 + 5 * np.sqrt(38)
    expected = np.tile(1 / (20.0 - np.arange(20)), 400)
    np.testing.assert_allclose(sim.cases.propensities, expected)


def test_ids_leave_room_for_the_longest_slate():
    sim = ran("popularity", **{"environment.steps": 100, "rounds": 2})
    ids = sim.people.ids
    assert np.diff(ids).min() * 64 >= 1000
    assert np.unique(sim.cases.ids).size == len(sim.cases)


def test_with_the_model_loop_cut_slates_do_not_choose_what_is_learned():
    learned = [
        ran("popularity", **{"loops.model": 0.0, "policy.startup": startup}) for startup in (4, 14)
    ]
    assert np.array_equal(*(sim.model.learnt["picks"] for sim in learned))
    closed = ran("popularity").model.learnt["picks"]
    assert closed.sum() == learned[0].model.learnt["picks"].sum() == 20 * 13
    assert not np.array_equal(closed, learned[0].model.learnt["picks"])


def test_where_places_do_not_matter_the_outcome_loop_reads_the_same_cut():
    flat = {"environment.attention": 0.0}
    closed, cut = ran("popularity", **flat), ran("popularity", **flat, **{"loops.outcome": 0.0})
    assert closed.metrics.frame().equals(cut.metrics.frame())


@pytest.mark.parametrize("loop", ["sampling", "feature", "oversight"])
def test_a_loop_that_is_none_reads_the_same_cut(loop):
    closed, cut = ran("content"), ran("content", **{f"loops.{loop}": 0.0})
    assert closed.metrics.frame().equals(cut.metrics.frame())


def test_every_loop_half_closed_runs():
    sim = ran("social", **{f"loops.{loop}": 0.5 for loop in LOOPS})
    assert sim.version > 5


def test_a_user_more_brings_no_other_items_and_moves_no_other_taste():
    few, more = (
        loopsim.Simulation(plan("ideal", **{"environment.users": n})).people for n in (20, 21)
    )
    assert np.array_equal(few.world["items"], more.world["items"])
    assert np.array_equal(few["worth"], more["worth"][:20])


def test_a_run_that_is_restored_goes_on_as_it_would_have():
    whole, half = ran("ideal"), loopsim.Simulation(plan("ideal")).run(7)
    again = loopsim.Simulation.restored(plan("ideal"), half.state(), Path()).run()
    assert np.array_equal(whole.people["consumed"], again.people["consumed"])


def test_fits_add_up_to_all_picks_so_far():
    sim = ran("popularity")
    had = sim.people["consumed"][:, :-1]  # the last picks are known a round later
    expected = np.bincount(had.ravel(), minlength=140)
    assert np.array_equal(sim.model.learnt["picks"].sum(axis=0), expected)


def test_content_is_fitted_by_least_squares_from_0_on():
    from scipy.optimize import nnls

    attributes = Draws(1).uniform(6, 0, np.arange(300)).reshape(60, 5)  # stream 6, any will do
    picks = (Draws(1).uniform(6, 1, np.arange(240)).reshape(4, 60) < 0.2) * 1.0
    found = of_world("least_squares", "PICKS")(attributes, picks)
    np.testing.assert_allclose(found, [nnls(attributes, row)[0] for row in picks], atol=1e-9)


def test_nobody_is_alone_in_the_network_and_one_link_fewer_leaves_somebody_so():
    tastes = loopsim.Simulation(plan("ideal")).people["tastes"]
    network = of_world("connected")(tastes)
    assert network.any(axis=1).all()
    assert np.array_equal(network, network.T)
    assert not network.diagonal().any()
    covariance = np.where(network, np.cov(tastes), np.inf)
    weakest = np.unravel_index(np.argmin(covariance), covariance.shape)
    assert min(network[weakest[0]].sum(), network[weakest[1]].sum()) == 1


def test_the_jaccard_index_of_neighbours_is_that_of_their_sets():
    had = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 1, 1]], dtype=bool)
    near = np.array([1, 2, 1])
    assert of("jaccard")(had, near) == pytest.approx(1 / 3)
    view = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
    assert of("nearest")(view, 1, 10).tolist() == [1, 0, 1]


def test_popularity_makes_users_more_alike_than_random_lists():
    alike = {}
    for model in ("popularity", "random", "ideal"):
        consumed = ran(model, **{"environment.steps": 30, "rounds": 30}).people["consumed"]
        had = np.zeros((20, 300), dtype=bool)
        np.put_along_axis(had, consumed, True, axis=1)
        alike[model] = of("jaccard")(had, np.roll(np.arange(20), 1))
    assert alike["popularity"] > alike["ideal"] + 0.05 > alike["random"]


def test_the_committed_figures_are_those_of_these_checks():
    held = json.loads((REFERENCE / "figures.json").read_text(encoding="utf-8"))
    assert held["claim"] == of("CLAIM")
    for training, published in of("PUBLISHED").items():
        for model, value in published.items():
            name = f"{training}, {model}: change in Jaccard index"
            (check,) = (c for c in held["checks"] if c["name"] == name)
            assert (check["low"], check["high"]) == pytest.approx((value - 0.05, value + 0.05))
