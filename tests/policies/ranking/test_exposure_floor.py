"""Places kept for new items, for those of small creators, and for those of one attribute."""

from pathlib import Path

import numpy as np
import pytest

import loopsim
from loopsim.draws import Draws
from loopsim.errors import InputError, ScenarioError
from loopsim.policies.ranking.exposure_floor import ExposureFloorPolicy
from loopsim.policies.ranking.top_k import TopKPolicy

ROOT = Path(__file__).parents[3]
BORN = np.r_[np.zeros(15, int), np.full(5, 8)]  # items 15 .. 19 came in round 8


def visits_of(make_visits, n=5000, t=10, **more):
    return make_visits(np.tile(np.linspace(1.0, 0.0, 20), (n, 1)), born=BORN, t=t, **more)


def test_every_new_item_gets_its_floor_whatever_its_score(make_visits):
    cases = visits_of(make_visits)
    slates = ExposureFloorPolicy(4, places=2, age=5).decide(cases, Draws(0))
    assert (slates.items[:, :2] == [0, 1]).all()
    shown = np.bincount(slates.items[:, 2:].ravel(), minlength=20)
    floor = 5000 * 2 / 5
    assert (shown[:15] == 0).all()
    assert shown[15:] == pytest.approx(floor, abs=5 * np.sqrt(floor))
    assert slates.propensities == pytest.approx(np.tile([1, 1, 1 / 5, 1 / 4], (5000, 1)))


def test_an_item_is_new_for_as_many_rounds_as_its_age_says(make_visits):
    policy = ExposureFloorPolicy(3, places=1, age=5)
    for t, new in ((8, True), (12, True), (13, False)):
        last = policy.decide(visits_of(make_visits, 50, t), Draws(0)).items[:, 2]
        assert (last >= 15).all() == new


def test_where_no_new_item_is_left_the_place_goes_to_the_best(make_visits):
    cases = visits_of(make_visits, 50, exclude=[15, 16, 17, 18], gone=[])
    slates = ExposureFloorPolicy(4, places=3, age=5).decide(cases, Draws(0))
    assert (slates.items == [0, 19, 1, 2]).all()
    assert (slates.propensities == 1.0).all()
    old = visits_of(make_visits, 50, t=100)
    top = TopKPolicy(4).decide(old, Draws(0)).items
    floor = ExposureFloorPolicy(4, places=3, age=5).decide(old, Draws(0))
    assert np.array_equal(floor.items, top)


def test_exploring_comes_before_the_floor(make_visits):
    cases = visits_of(make_visits, 20_000)
    slates = ExposureFloorPolicy(1, 0.4, places=1, age=5).decide(cases, Draws(0))
    share = np.bincount(slates.items[:, 0], minlength=20) / len(cases)
    wanted = 0.4 / 20 + 0.6 / 5 * (np.arange(20) >= 15)
    assert share == pytest.approx(wanted, abs=5 * np.sqrt(0.25 / len(cases)))
    assert slates.propensities[:, 0] == pytest.approx(wanted[slates.items[:, 0]], rel=1e-12)


def test_the_places_can_be_kept_for_items_of_creators_with_few(make_visits):
    cases = visits_of(make_visits)
    catalogue = cases.features.catalogue
    catalogue.creator[:] = np.r_[np.zeros(16, int), 1, 1, 2, 2]
    catalogue.available[19] = False
    floor = ExposureFloorPolicy(4, places=1, of="small-creators", most=2)
    assert np.flatnonzero(floor.kept(catalogue, 10)).tolist() == [16, 17, 18]
    slates = floor.decide(cases, Draws(0))
    shown = np.bincount(slates.items[:, 3], minlength=20)
    assert shown[:16].sum() == 0 and shown[19] == 0
    assert shown[16:19] == pytest.approx(5000 / 3, abs=5 * np.sqrt(5000 / 3))
    assert slates.propensities == pytest.approx(np.tile([1, 1, 1, 1 / 3], (5000, 1)))


def test_the_places_can_be_kept_for_items_of_one_attribute(make_visits):
    items = np.tile([0.7, 0.2, 0.1], (20, 1))
    items[[4, 9]] = [0.1, 0.6, 0.3]
    cases = visits_of(make_visits, items=items)
    slates = ExposureFloorPolicy(3, places=1, of="attribute", attribute=1).decide(cases, Draws(0))
    assert set(slates.items[:, 2].tolist()) == {4, 9}
    none = ExposureFloorPolicy(3, places=1, of="attribute", attribute=2).decide(cases, Draws(0))
    assert (none.items == [0, 1, 2]).all()
    with pytest.raises(InputError, match=r"policy\.attribute = 3: items have 3 attributes"):
        ExposureFloorPolicy(3, of="attribute", attribute=3).decide(cases, Draws(0))


def test_a_floor_for_small_creators_raises_what_they_are_shown():
    plan = loopsim.Scenario.load(
        ROOT / "scenarios" / "recommender" / "popularity_bias.yaml",
        {"environment.users": 400, "rounds": 8, "log.level": "off"},
    )
    floor = {"kind": "exposure-floor", "k": 10, "places": 2, "of": "small-creators", "most": 8}
    shares = []
    for policy in ({"kind": "top-k", "k": 10}, floor):
        sim = loopsim.Simulation(plan.replace(policy=policy)).run()
        creator = sim.people.world["creator"]
        small = np.bincount(creator)[creator[sim.cases.item]] <= 8
        shares.append(small.mean())
    assert shares[0] < 0.05 and shares[1] >= 0.2


def test_an_attribute_that_items_do_not_have_is_told_before_anything_runs():
    policy = {"kind": "exposure-floor", "of": "attribute", "attribute": 8}
    with pytest.raises(ScenarioError, match=r"policy\.attribute.*items have 8 attributes.*most 7"):
        loopsim.Scenario.parse(
            {
                "name": "floor",
                "environment": {"kind": "recommender"},
                "model": "popularity",
                "policy": policy,
                "training": {"history": {"rounds": 1}},
            }
        )
