"""A fault does not hide the others, nor make some up."""

import pytest

from loopsim.errors import ScenarioError
from loopsim.scenario import Scenario

WORLD = {"kind": "lending", "people": 100}
HISTORY = {"history": {"feature": "scoer"}}


def faulty(**values) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.parse({"name": "a", "environment": WORLD, **values})
    return [fault.path for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"seed": -1}, "seed"),
        ({"name": "a/b"}, "name"),
        ({"environment": WORLD | {"apply": 2}}, "environment.apply"),
        ({"policy": {"kind": "treshold"}}, "policy.kind"),
        ({"policy": {"kind": "threshold"}}, "policy.at"),
        ({"policy": "threshold"}, "policy.at"),
        ({"polcy": 1}, "polcy"),
        ({"shocks": [{"at": 1, "set": "environment.pipelin", "to": []}]}, "shocks.0.set"),
        ({"environment": WORLD | {"pipeline": [{"feature": 7}]}}, "environment.pipeline.0.feature"),
    ],
)
def test_a_value_at_fault_does_not_hide_a_combination_at_fault(values, path):
    assert set(faulty(training=HISTORY, **values)) == {path, "training.history.feature"}


def test_without_a_world_no_name_is_called_unknown():
    assert faulty(environment={"kind": "lendin"}, training=HISTORY) == ["environment.kind"]
    world = WORLD | {"population": {"kind": "synthetc"}}
    assert faulty(environment=world, training=HISTORY) == ["environment.population.kind"]


def test_a_shock_is_not_called_late_when_it_is_the_rounds_that_are_wrong():
    shock = {"at": 99, "set": "environment.apply", "to": 0.1}
    assert faulty(rounds="x", shocks=[shock]) == ["rounds"]


def test_what_is_gone_for_its_fault_is_not_called_missing():
    assert faulty(policy={"kind": "threshold", "at": 3}, seed="x") == ["policy.at", "seed"]
    assert faulty(policy={"kind": "budget", "share": 7}) == ["policy.share"]
