"""What a scenario may say of the fraud world, and the scenarios that teach with it."""

from pathlib import Path

import pytest

import loopsim
from loopsim.environments.fraud.settings import FEATURES, GROUPS, Fraud
from loopsim.errors import ScenarioError

SCENARIOS = sorted((Path(__file__).parents[3] / "scenarios" / "fraud").glob("*.yaml"))
SMALL = {
    "rounds": 3,
    "environment.customers": 300,
    "environment.terminals": 600,
    "training.history.rounds": 8,
    "training.history.rows": 2000,
    "shocks": [],
}


def test_there_are_lessons():
    assert len(SCENARIOS) >= 5


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_a_scenario_is_sound_and_runs(file):
    scenario = loopsim.Scenario.load(file)
    assert scenario.environment.kind == "fraud" and scenario.description
    assert loopsim.Simulation(scenario.replace(**SMALL)).run().t == 3
    assert "LOOK AT" in file.read_text()


def test_features_and_groups_are_told_without_making_anybody():
    assert Fraud().features() == FEATURES and Fraud().groups() == GROUPS
    assert len(FEATURES) == len(set(FEATURES)) == 15


@pytest.mark.parametrize("key", ["customers", "terminals", "radius", "rings", "members"])
def test_what_the_world_is_made_of_cannot_change_under_way(key):
    shock = {"at": 1, "set": f"environment.{key}", "to": 3}
    with pytest.raises(ScenarioError, match="cannot change while a run is under way"):
        loopsim.Scenario.parse({"name": "x", "environment": "fraud", "shocks": [shock]})


def test_rings_may_come_and_go():
    shock = {"at": 1, "set": "environment.ring_activity", "to": 0.0}
    made = {"kind": "fraud", "customers": 300, "terminals": 600}
    plan = loopsim.Scenario.parse(
        {
            "name": "x",
            "rounds": 3,
            "environment": made,
            "policy": "everyone",
            "labels": {"delay": {"kind": "fixed", "rounds": 7}},
            "training": {"history": {"rounds": 6, "rows": 1000}},
            "shocks": [shock],
        }
    )
    income = loopsim.Simulation(plan).run().series.values("true", "rings_income")
    assert income[0] > 0 and income[1] == income[2] == 0
