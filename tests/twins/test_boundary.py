"""Bisection finds where mean estimation turns, which is at a gain of 1 and nowhere else."""

import pandas as pd
import pytest

import loopsim
from loopsim.errors import InputError, ScenarioError

HOW = {"push": "shown", "size": 0.1, "metric": "true.shown", "at": 3, "seeds": 2, "workers": 1}
EPSILON = "environment.epsilon"


@pytest.fixture
def plan(theory):
    return theory.scenario({"kind": "theory-mean", "people": 20}, rounds=13)


def test_the_bracket_holds_the_boundary_and_is_as_narrow_as_asked(plan):
    found = loopsim.boundary(plan, EPSILON, 0.3, 1.6, width=0.1, **HOW)
    assert found.found and found.low < 1.0 < found.high
    assert found.high - found.low <= 0.1
    assert found.why == "the bracket is as narrow as was asked"
    assert list(found.table["value"]) == sorted(found.table["value"])
    assert set(found.table["verdict"]) == {"runaway", "self-correcting"}


def test_a_loop_that_overshoots_turns_at_minus_1(plan):
    found = loopsim.boundary(plan, EPSILON, -1.4, -0.3, width=0.3, **HOW)
    assert found.found and found.low < -1.0 < found.high


def test_where_it_does_not_turn_it_says_so(plan):
    found = loopsim.boundary(plan, EPSILON, 0.1, 0.7, **HOW)
    assert not found.found and (found.low, found.high) == (0.1, 0.7)
    assert found.why == "the loop is self-correcting at both ends"
    assert len(found.points) == 2


def test_an_end_at_the_boundary_itself_cannot_be_told(plan):
    found = loopsim.boundary(plan, EPSILON, 0.5, 1.0, **HOW)
    assert not found.found and "at 1 the gain cannot be told from 1" in found.why


def test_a_middle_at_the_boundary_is_tried_with_twice_the_seeds(plan):
    found = loopsim.boundary(plan, EPSILON, 0.5, 1.5, **HOW)
    assert found.found and (found.low, found.high) == (0.5, 1.5)
    assert found.table.set_index("value")["seeds"].to_dict() == {0.5: 2, 1.0: 4, 1.5: 2}


def test_each_verdict_has_its_share_of_the_confidence(plan):
    found = loopsim.boundary(plan, EPSILON, 0.5, 1.6, width=0.6, confidence=0.9, **HOW)
    levels = {made.confidence for _, made in found.points}
    assert levels == {1.0 - 0.1 / 4}  # both ends, and one halving that may be tried twice


def test_figure_and_dictionary_have_every_point(plan, tmp_path):
    found = loopsim.boundary(plan, EPSILON, 0.5, 1.6, width=0.6, **HOW)
    assert len(found.to_dict()["points"]) == len(found.points) == 3
    assert (
        found.figure(tmp_path / "a.png").read_bytes()
        == found.figure(tmp_path / "b.png").read_bytes()
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"low": 1.0, "high": 0.5}, "low = 1.0: must be below high = 0.5"),
        ({"width": 0.0}, "width = 0.0: must be above 0"),
        ({"parameter": "environment.epsilom"}, "epsilon"),
        ({"parameter": "environment.people", "low": -5.5}, "environment.people"),
        ({"push": "shwon"}, "did you mean 'shown'"),
        ({"seeds": 1}, "seeds = 1: must be at least 2"),
    ],
)
def test_a_wrong_call_is_told(plan, call, message):
    asked = {"parameter": EPSILON, "low": 0.5, "high": 1.5} | HOW | call
    with pytest.raises((InputError, ScenarioError), match=message):
        loopsim.boundary(plan, **asked)


def test_the_table_is_a_frame(plan):
    found = loopsim.boundary(plan, EPSILON, 0.1, 0.7, **HOW)
    assert isinstance(found.table, pd.DataFrame)
    assert found.table["gain"].tolist() == pytest.approx([0.1, 0.7])
