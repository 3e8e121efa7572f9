"""Places kept for new items."""

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.policies.ranking.exposure_floor import ExposureFloorPolicy
from loopsim.policies.ranking.top_k import TopKPolicy

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
