"""What a scenario may say of monitors."""

import pytest

import loopsim
from loopsim.errors import ScenarioError
from loopsim.registry import BUILT_IN, find


def plan(*monitors):
    return loopsim.Scenario.parse(
        {"name": "x", "environment": "lending", "monitors": list(monitors)}
    )


@pytest.mark.parametrize("kind", BUILT_IN["monitor"])
def test_a_kind_is_called_as_it_is_named_or_as_it_is_told_to_be(kind):
    cls = find("monitor", kind)
    assert cls.model_validate({"kind": kind}).called == kind
    assert cls.model_validate({"kind": kind, "name": "mine.2"}).called == "mine.2"
    assert cls.__doc__


@pytest.mark.parametrize(
    ("monitor", "said"),
    [
        ({"kind": "ks", "of": "margins"}, "monitors.0.of"),
        ({"kind": "psi", "budget": 0}, "monitors.0.budget"),
        ({"kind": "mmd", "control": "sidak"}, "monitors.0.control"),
        ({"kind": "ddm", "on": "score"}, "monitors.0.on"),
        ({"kind": "ks", "name": "a b"}, "monitors.0.name"),
        ("kss", "no such monitor.*did you mean 'ks'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(monitor, said):
    with pytest.raises(ScenarioError, match=said):
        plan(monitor)


def test_a_column_that_there_is_not_is_a_fault():
    said = (
        r"monitors\.0\.columns.*no column 'scor'; there are group, score\. did you mean 'score'\?"
    )
    with pytest.raises(ScenarioError, match=said):
        plan({"kind": "subgroups", "columns": ["group", "scor"]})
    assert not list(plan("subgroups").monitors[0].faults(plan("subgroups")))
