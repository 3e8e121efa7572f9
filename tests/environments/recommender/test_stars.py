import numpy as np
import pytest

from loopsim.draws import Draws, Stream
from loopsim.environments.recommender.stars import StarLaw, of_utility
from loopsim.errors import ScenarioError

LAW = StarLaw(0.7, np.array([-1.0, 0.0, 0.5, 2.0]))


def test_stars_fall_as_often_as_the_law_says():
    value = np.repeat([-2.0, 0.0, 3.0], 20_000)
    stars = LAW(value, Draws(1).normal(Stream.RESPONSE, 0, np.arange(value.size)))
    found = np.array([np.bincount(some - 1, minlength=5) for some in stars.reshape(3, -1)]) / 20_000
    np.testing.assert_allclose(found, LAW.shares(np.array([-2.0, 0.0, 3.0])), atol=0.012)


def test_without_a_law_stars_are_one_and_four_utilities():
    assert of_utility(np.array([-50.0, 0.0, 50.0]), np.zeros(3)).tolist() == [1, 3, 5]
    assert of_utility(np.array([50.0]), np.array([9.0])).tolist() == [5]


def test_a_world_rates_by_the_law_of_the_scenario(plan, run):
    def good(cuts):
        stars = {"slope": 0.0, "cuts": cuts}
        sim = run(plan(**{"environment.stars": stars, "environment.signals.rating": 1.0}))
        return sim.world.round.stars

    assert set(good([-9.0, -8.0, -7.0, 9.0])) == {4}
    assert set(good([7.0, 8.0, 9.0, 10.0])) == {1}


def test_cuts_that_do_not_ascend_are_refused(plan):
    with pytest.raises(ScenarioError, match=r"environment\.stars\.cuts.*each above the one before"):
        plan(**{"environment.stars": {"slope": 1.0, "cuts": [0.0, 1.0, 1.0, 2.0]}})
