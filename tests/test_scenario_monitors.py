"""Monitors as a scenario lists them."""

import pytest

import loopsim
from loopsim.errors import ScenarioError


def plan(*monitors, **environment):
    world = {"kind": "lending", "people": 500, **environment}
    return loopsim.Scenario.parse({"name": "m", "environment": world, "monitors": list(monitors)})


@pytest.mark.parametrize(
    ("monitors", "said"),
    [
        (["ks", "ks"], r"monitors\.1\.name: two monitors are called 'ks'"),
        (
            [{"kind": "subgroups", "columns": ["scoer"]}],
            r"monitors\.0\.columns.*no column 'scoer'; there are group, score",
        ),
    ],
)
def test_what_cannot_be_is_told_before_anything_has_run(monitors, said):
    with pytest.raises(ScenarioError, match=said):
        plan(*monitors)


def test_two_of_a_kind_have_names_of_their_own():
    assert len(plan("ks", {"kind": "ks", "name": "slow", "window": 8}).monitors) == 2
