"""Slates on the same round as a yes or a no."""

import sys
from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim.errors import InputError, ScenarioError

sys.path.insert(0, str(Path(__file__).parent))
import shop


def plan(**sections):
    base = {
        "name": "shop",
        "rounds": 8,
        "environment": {"kind": "shop"},
        "model": "popularity",
        "policy": {"kind": "top-k", "k": 3},
        "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rounds": 2}},
    }
    return loopsim.Scenario.parse(base | sections)


def test_an_impression_is_a_case_and_a_visit_a_decision():
    sim = loopsim.Simulation(plan()).run(1)
    visits = sim.world.arrivals(sim.people, sim.draws, 0).size
    assert (sim.decisions, len(sim.cases)) == (visits, 3 * visits)
    assert np.array_equal(sim.cases.ids // 64, np.repeat(sim.cases.ids[::3] // 64, 3))
    assert all(len(set(slate)) == 3 for slate in sim.cases.item.reshape(-1, 3).tolist())
    assert (sim.cases.propensities == 1.0).all()


def test_a_popularity_model_learns_what_is_clicked():
    random = loopsim.Simulation(plan(policy={"kind": "random-slates", "k": 3})).run()
    ranked = loopsim.Simulation(plan()).run()
    click = [sim.series.values("true", "click_through")[-4:].mean() for sim in (random, ranked)]
    assert click[1] > click[0] + 0.1
    assert ranked.series.values("observed", "exposure_gini")[-1] > 0.8
    assert random.series.values("observed", "exposure_gini")[-1] < 0.2
    assert set(ranked.cases.item.tolist()) <= {0, 1, 2, 3}


def test_a_share_of_the_places_is_random_with_the_propensity_that_is_logged():
    sim = loopsim.Simulation(plan(policy={"kind": "top-k", "k": 3, "explore": 0.3})).run()
    p = sim.cases.propensities.reshape(-1, 3)
    left = 30 - np.arange(3)
    explored = np.isclose(p, 0.3 / left)
    assert np.isclose(p[~explored], (0.7 + 0.3 / left + np.zeros_like(p))[~explored]).all()
    assert explored.mean() == pytest.approx(0.3 * 29 / 30, abs=0.06)


def test_every_item_is_equally_likely_in_a_random_slate():
    policy = {"kind": "random-slates", "k": 3}
    sim = loopsim.Simulation(plan(policy=policy, rounds=40)).run()
    shown = sim.dashboard._shown.sum(axis=0)
    expected = shown.sum() / 30
    assert ((shown - expected) ** 2 / expected).sum() < 29 + 5 * np.sqrt(2 * 29)


def test_the_model_edge_reads_the_panel():
    closed, cut = (loopsim.Simulation(s).run() for s in (plan(), plan(loops={"model": "cut"})))
    rows = cut.memory.known(8)
    assert np.unique(rows.panel_features[:, 1]).size == 30
    assert not np.array_equal(cut.model.learnt["rate"], closed.model.learnt["rate"])


def test_a_run_of_slates_can_be_written_killed_and_opened(tmp_path):
    whole = loopsim.run(plan(), out=tmp_path / "whole")
    predictions = whole.predictions()
    assert {"user", "item", "place", "propensity"} <= set(predictions.columns)
    assert len(predictions) == 3 * whole.summary()["decisions"]
    state = loopsim.Simulation(plan()).run(5).state()
    models = tmp_path / "whole" / "models"
    again = loopsim.Simulation.restored(plan(), state, models).run()
    straight = loopsim.Simulation(plan()).run()
    for key, values in straight.state().items():
        if key != "counters":
            np.testing.assert_array_equal(values, again.state()[key], err_msg=key)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"policy": {"kind": "threshold", "at": 0.5}}, "policy.*slates of items: .*top-k"),
        ({"model": "logistic"}, "model.*slates of items: .*popularity"),
    ],
)
def test_a_part_of_another_form_is_a_fault(section, said):
    with pytest.raises(ScenarioError, match=said):
        plan(**section)


def test_a_slate_longer_than_the_catalogue_is_refused():
    with pytest.raises(InputError, match="only 30 items are left"):
        loopsim.Simulation(plan(policy={"kind": "top-k", "k": 31})).run()


def test_another_kind_of_feedback_is_logged_and_shown_apart_and_learned_from_only_if_asked(
    tmp_path,
):
    run = loopsim.run(plan(), out=tmp_path / "run")
    feedback = run.feedback()
    liked = feedback[feedback["kind"] == "liked"]
    assert 0 < len(liked) < (feedback["kind"] == "outcome").sum()
    shown = run.metrics().query("ledger == 'observed' and metric == 'liked' and group == 'all'")
    window = liked[liked["revealed"] > 7 - run.scenario.observed.window]
    assert shown["value"].iloc[-1] == pytest.approx(window["label"].mean())
    training = {"rule": {"kind": "every", "rounds": 2}, "history": {"rounds": 2}}
    both = plan(training=training | {"trust": {"outcome": 1.0, "liked": 0.5}})
    sims = [loopsim.Simulation(s).run() for s in (plan(), both)]
    kinds = [np.unique(sim.memory.known(8).kind).tolist() for sim in sims]
    assert kinds == [[0], [0, 1]]
    assert not np.array_equal(sims[0].model.learnt["rate"], sims[1].model.learnt["rate"])


def test_trust_in_feedback_that_there_is_not_is_told_before_anything_has_run():
    training = {"trust": {"outcome": 1.0, "like": 0.5}}
    with pytest.raises(InputError, match=r"training\.trust\.like: no such feedback.*'liked'"):
        loopsim.Simulation(plan(training=training))


def test_ids_of_users_and_items_are_logged_exactly(tmp_path):
    first = 2**24 + 1  # the first whole number that float32 does not have

    class Numbered(shop.ShopWorld):
        def populate(self, draws):
            people = super().populate(draws)
            people.ids = people.ids + first
            return people

    made = plan()
    environment = type("Kind", (shop.Shop,), {"build": lambda self, s: Numbered(self, s)})()
    object.__setattr__(made, "environment", environment)
    run = loopsim.run(made, out=tmp_path / "run")
    shown = run.predictions()
    assert [str(shown[name].dtype) for name in ("user", "item", "place")] == ["int64"] * 3
    assert shown["user"].min() == first and np.array_equal(shown["user"], shown["id"] // 64)
    assert shown["user"].nunique() > 300 and set(shown["place"]) == {0, 1, 2}
