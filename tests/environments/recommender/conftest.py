"""A small world, and runs of it."""

import numpy as np
import pytest

import loopsim

WORLD = {
    "name": "small",
    "rounds": 6,
    "environment": {
        "kind": "recommender",
        "users": 300,
        "population": {"kind": "synthetic-tastes", "items": 120, "factors": 6, "creators": 10},
        "visits": 0.6,
        "new_items": 4,
        "lifetime": 40,
        "new_users": 3,
        "drift": {"rate": 0.2},
        "satisfaction": {"leaving": 0.3},
        "creators": {"adapt": 0.05},
        "sample": 32,
    },
    "model": "popularity",
    "policy": {"kind": "top-k", "k": 4},
    "labels": {"delay": {"kind": "fixed", "rounds": 1}},
    "training": {"rule": {"kind": "every", "rounds": 2}, "history": {"rounds": 2}, "minimum": 20},
}


@pytest.fixture
def plan():
    def made(**changes):
        return loopsim.Scenario.parse(WORLD, changes)

    return made


@pytest.fixture
def run():
    def ran(scenario, *observers, rounds=None):
        return loopsim.Simulation(scenario, observers).run(rounds)

    return ran


@pytest.fixture
def same():
    def compare(one, other, apart=()):
        left, right = one.state(), other.state()
        assert left.keys() == right.keys()
        for name in left:
            if not name.startswith(tuple(apart) or "\0"):
                np.testing.assert_array_equal(left[name], right[name], err_msg=name)

    return compare
