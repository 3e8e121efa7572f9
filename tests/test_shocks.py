"""Shocks: one change of one world parameter, at once or gradually."""

import pytest

from loopsim.environments.lending.settings import Lending
from loopsim.errors import ScenarioError
from loopsim.scenario import Scenario
from loopsim.shocks import Shock, timeline

WORLD = {"name": "a", "rounds": 20, "environment": {"kind": "lending", "people": 100}}


def told(*shocks: dict) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.parse(WORLD | {"shocks": list(shocks)})
    return [f"{fault.path}: {fault.message}" for fault in caught.value.faults]


def test_a_gradual_change_moves_in_equal_steps_and_stays():
    shock = Shock(at=3, set="environment.economy", to=-1.0, over=4)
    settings = timeline(Lending(), [shock], 10)
    assert [settings[t].economy for t in range(3, 10)] == [-0.25, -0.5, -0.75, -1, -1, -1, -1]
    assert settings[7] is settings[9]


def test_the_later_of_two_shocks_comes_on_top():
    shocks = [
        Shock(at=5, set="environment.apply", to=0.1),
        Shock(at=2, set="environment.apply", to=0.9),
    ]
    settings = timeline(Lending(apply=0.5), shocks, 8)
    assert [settings[t].apply for t in range(2, 8)] == [0.9, 0.9, 0.9, 0.1, 0.1, 0.1]


def test_every_fault_of_every_shock_is_told():
    paths = [line.split(":")[0] for line in told(
        {"at": 99, "set": "environment.nothing", "to": 1},
        {"at": 1, "set": "environment.apply", "to": 7},
        {"at": 1, "set": "policy.at", "to": 7},
    )]  # fmt: skip
    assert paths == ["shocks.0.at", "shocks.0.set", "shocks.1.to", "shocks.2.set"]


def test_parameters_that_no_shock_can_change_are_not_offered():
    (line,) = told({"at": 1, "set": "environment.peple", "to": 1})
    assert "economy" in line
    for fixed in Lending.fixed:
        assert f"{fixed}," not in line and f" {fixed}." not in line


def test_the_names_that_a_shock_brings_are_checked_like_the_scenarios_own():
    (line,) = told({"at": 1, "set": "environment.moves", "to": {"repaid": {"scor": 1}}})
    assert line.startswith("shocks.0.to.repaid.scor: no such feature; there are score, hidden")


def test_a_fault_of_the_world_is_not_told_again_for_its_shocks():
    world = WORLD | {"environment": {"kind": "lending", "mix": {"blak": 1}}}
    with pytest.raises(ScenarioError) as caught:
        Scenario.parse(world | {"shocks": [{"at": 1, "set": "environment.economy", "to": 1}]})
    assert [fault.path for fault in caught.value.faults] == ["environment.mix.blak"]
