"""A space of parameters: ranges, lists, and what counts only under a kind that has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from loopsim.errors import InputError
from loopsim.studies.parameters import Choice, Range, made, read
from loopsim.studies.space import Space


@given(some.floats(0, 1), some.integers(-5, 5), some.integers(1, 9), some.booleans())
def test_a_share_of_a_range_is_in_it(u, low, more, whole):
    value = Range("a", low, low + more, whole=whole).at(u)
    assert low <= value <= low + more and (not whole or isinstance(value, int))


@given(some.floats(0, 1), some.integers(1, 9), some.integers(1, 9), some.booleans())
def test_a_share_of_a_logarithmic_range_is_in_it(u, low, more, whole):
    assert low <= Range("a", low, low + more, log=True, whole=whole).at(u) <= low + more


def test_values_of_a_list_have_equal_shares():
    choice = Choice("a", ("x", "y", "z"))
    assert [choice.at(i / 6) for i in range(7)] == list("xxyyzzz")


def test_what_is_typed_is_what_python_gives():
    assert read("a.b=0:0.2") == made("a.b", (0, 0.2))
    assert read("a.b=1e-3:1:log") == made("a.b", (0.001, 1, "log"))
    assert read("a=1,2") == read("a=[1,2]") == made("a", [1, 2])
    assert read("a={kind: x, b: 1},y").values == ({"kind": "x", "b": 1}, "y")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy.explore", "must be KEY=LOW:HIGH or KEY=A,B"),
        ("=0:1", "must be KEY=LOW:HIGH"),
        ("a=3", "at least two values"),
        ("a=b", "at least two values"),
        ("a=b:c", "a range is LOW:HIGH, two numbers"),
        ("a=0:nan", "a range is LOW:HIGH, two numbers"),
        ("a=1:0", "low = 1 must be below high = 0"),
        ("a=0:1:ln", "there may be :log, not :ln"),
        ("a=0:1:log", "must be above 0 for a logarithmic"),
        ("a=1,2,1", "a = 1: this value is given twice"),
        ("a=[1", "not valid YAML"),
    ],
)
def test_parameters_that_cannot_be(text, said):
    with pytest.raises(InputError, match=said):
        read(text)


def test_a_parameter_counts_only_where_the_chosen_kind_has_it(scenario):
    space = Space.of(
        scenario,
        {
            "policy.at": (0.5, 0.9),
            "policy": ["break-even", {"kind": "threshold", "at": 0.7}],
            "training.rule.rounds": [1, 2],
            "training.rule": ["every", "never"],
        },
    )
    assert space.keys == ("policy", "policy.at", "training.rule", "training.rule.rounds")
    assert space.point([0.0, 0.5, 0.9, 0.9]) == {"policy": "break-even", "training.rule": "never"}
    point = space.point([0.9, 0.5, 0.1, 0.9])
    assert point["policy.at"] == pytest.approx(0.7) and point["training.rule.rounds"] == 2
    assert scenario.replace(**space.overrides(point)).policy.at == pytest.approx(0.7)


def test_the_kind_that_a_scenario_has_keeps_its_settings(scenario):
    plan = scenario.replace(policy={"kind": "threshold", "at": 0.6})
    space = Space.of(plan, {"policy": ["threshold", "everyone"]})
    assert plan.replace(**space.overrides({"policy": "threshold"})).policy.at == 0.6


def test_numbers_are_whole_where_the_scenario_takes_no_others(scenario):
    space = Space.of(scenario, ["policy.explore=0:1", "training.rule.rounds=1:4"])
    assert [parameter.whole for parameter in space.parameters] == [False, True]


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ([], "no parameters"),
        (["seed=0:3"], "seed: cannot be searched over"),
        (["rounds=3:9"], "rounds: cannot be searched over"),
        (["policy.explore=0:1", "policy.explore=0:0.1"], "given twice"),
        (["policy.explor=0:1"], r"at policy.explor = 0: .*did you mean 'explore'"),
        (["policy.explore=0:2"], r"at policy.explore = 2: .*from 0 to 1"),
        (["policy=everyon,nobody"], "did you mean 'everyone'"),
        (["policy=everyone,nobody", "policy.explre=0:1"], "no chosen kind has it; did you"),
        ({"policy.explore": 3}, "must be a range"),
        ({"policy.explore": (0,)}, "a range is LOW:HIGH"),
    ],
)  # fmt: skip
def test_spaces_that_cannot_be(scenario, over, said):
    with pytest.raises(InputError, match=said):
        Space.of(scenario, over)
