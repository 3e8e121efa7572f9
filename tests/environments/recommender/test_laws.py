"""Published laws that the recommender world must reproduce."""

import numpy as np
import pytest

import loopsim

#: RecSim's long-term satisfaction (Ie et al. 2019) over a budget of 60: engagement with nothing but
#: clickbait, and with none, by the sensitivity of satisfaction.
PUBLISHED = {0.01: (1160.0, 753.0), 0.1: (818.0, 1001.0)}


def engagement(sensitivity, clickbait):
    """(60,) mean minutes of a user by round, where everybody takes what is shown."""
    scenario = loopsim.Scenario.parse(
        {
            "name": "choc-kale",
            "rounds": 60,
            "environment": {
                "kind": "recommender",
                "users": 3000,
                "population": {"kind": "synthetic-tastes", "items": 60, "spread": 0.0},
                "visits": 1.0,
                "no_repeat": 0,
                "choice": {"rule": "argmax"},
                "clickbait": {"mean": clickbait},
                "satisfaction": {
                    "sensitivity": sensitivity,
                    "pleasure": 0.0,
                    "loyalty": 0.0,
                    "leaving": 0.0,
                },
                "boredom": {"effect": 0.0},
                "sample": 16,
            },
            "model": "popularity",
            "policy": {"kind": "random-slates", "k": 1},
            "training": {"rule": "never", "history": {"rows": 0}},
        }
    )
    sim = loopsim.Simulation(scenario).run()
    assert (sim.series.values("true", "picked") == 1.0).all()
    return sim.series.values("true", "engagement")


@pytest.mark.parametrize("sensitivity", PUBLISHED)
def test_engagement_with_clickbait_and_without_is_as_published(sensitivity):
    made = [engagement(sensitivity, clickbait).sum() for clickbait in (1.0, 0.0)]
    assert made == pytest.approx(PUBLISHED[sensitivity], rel=0.03)


def crossing(since):
    """The sensitivity at which clickbait and none hold a user equally long from a round on."""
    at = (0.06, 0.075)
    gains = [(engagement(s, 1.0) - engagement(s, 0.0))[since:].sum() for s in at]
    assert gains[0] > 0 > gains[1]
    return np.interp(0.0, gains[::-1], at[::-1])


def test_in_the_long_run_clickbait_pays_up_to_a_sensitivity_of_067():
    assert crossing(since=20) == pytest.approx(0.067, abs=0.002)  # the stock has settled


def test_over_the_budget_of_60_alone_it_pays_a_little_longer():
    # The recursion without noise, from a stock of 0, crosses at .07099.
    assert crossing(since=0) == pytest.approx(0.0710, abs=0.002)
