"""Key paths lead to what their values may be."""

import pytest

from loopsim.scenario_keys import aimed, class_at, spec_at

LENDING = {"environment": {"kind": "lending"}}


@pytest.mark.parametrize(
    ("path", "values", "said"),
    [
        ("rounds", {}, "a whole number from 1 to 4,194,304"),
        ("seed", {}, "a whole number from 0 to 9,223,372,036,854,775,807"),
        ("loops.outcome", {}, "closed, cut, or a number from 0 to 1"),
        ("log.share", {}, "a number above 0 and up to 1"),
        ("environment.economy", LENDING, "a number"),
        ("environment.decay", LENDING, "a number from 0 up"),
        ("environment.money.gain", LENDING, "a number above 0"),
        ("environment.mix.black", LENDING, "a number from 0 to 1"),
        ("policy.at", {"policy": "threshold"}, "a number from 0 to 1"),
        ("policy.at.white", {"policy": {"kind": "max-utility"}}, "a number from 0 to 1"),
        ("labels.delay.rounds", {"labels": {"delay": {"kind": "fixed"}}},
         "a whole number from 1 to 1,000,000"),
    ],
)  # fmt: skip
def test_a_number_is_said_with_its_limits_in_one_style(path, values, said):
    assert spec_at(tuple(path.split(".")), values, {}).number() == said


def test_a_path_that_leads_nowhere_has_the_limits_of_the_error():
    assert spec_at(("nowhere", "at", "all"), {}, {"ge": 0.0, "lt": 1.0}).number() == (
        "a number from 0 to below 1"
    )


def test_a_list_leads_to_what_it_holds():
    values = LENDING | {"shocks": [{"at": 1}]}
    assert "blank" in class_at(("environment", "pipeline", 0), values).model_fields
    assert "over" in class_at(("shocks", 0), values).model_fields


def test_the_new_value_of_a_shock_is_one_of_what_it_sets():
    values = LENDING | {"shocks": [{"set": "environment.money.gain"}, {}]}
    assert aimed(("shocks", 0, "to"), values) == ("environment", "money", "gain")
    assert aimed(("shocks", 0, "to", 2, "x"), values)[-2:] == (2, "x")
    assert aimed(("shocks", 0, "at"), values) == ("shocks", 0, "at")


def test_a_place_that_takes_a_kind_names_its_slot():
    assert spec_at(("environment", "population"), LENDING, {}).slot == "population"
    assert spec_at(("environment", "apply"), LENDING, {}).slot == ""
