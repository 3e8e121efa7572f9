"""Delays as a scenario names them."""

import json
from typing import Annotated

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from loopsim import registry
from loopsim.draws import Draws
from loopsim.feedback import FAR
from loopsim.settings import Kind, Slot

DELAY = TypeAdapter(Annotated[Kind, Slot("delay")])
REQUIRED = {"lognormal": {"median": 7.4}}


def waits(settings, label):
    label = np.array(label, np.int8)
    return settings.build().rounds(label, Draws(0), 0, np.arange(label.size)).tolist()


@pytest.mark.parametrize("kind", registry.BUILT_IN["delay"])
def test_every_delay_builds_from_a_scenario_and_comes_back_from_its_json(kind):
    settings = DELAY.validate_python({"kind": kind, **REQUIRED.get(kind, {})})
    assert DELAY.validate_python(json.loads(DELAY.dump_json(settings))) == settings
    assert len(waits(settings, [1, 0, 1])) == 3


def test_delays_nest_and_a_name_alone_will_do():
    settings = DELAY.validate_python(
        {
            "kind": "by-outcome",
            "good": {"kind": "mixture", "parts": [{"share": 1, "delay": {"kind": "fixed"}}]},
            "bad": "never",
        }
    )
    assert waits(settings, [1, 0]) == [1, FAR]


@pytest.mark.parametrize(
    ("wrong", "path", "message"),
    [
        ({"kind": "fixed", "rounds": 0}, ("rounds",), "greater than or equal to 1"),
        ({"kind": "lognormal", "median": 0}, ("median",), "greater than 0"),
        ({"kind": "mixture", "parts": []}, ("parts",), "sum to 0, not to 1"),
        (
            {"kind": "mixture", "parts": [{"share": 0.5, "delay": "never"}]},
            ("parts",),
            "the shares of the parts sum to 0.5, not to 1",
        ),
        (
            {"kind": "mixture", "parts": [{"share": 1, "delay": {"kind": "fixed", "rounds": -1}}]},
            ("parts", 0, "delay", "rounds"),
            "greater than or equal to 1",
        ),
        ({"kind": "by-outcome", "bad": "nevr"}, ("bad", "kind"), "did you mean 'never'?"),
    ],
)
def test_a_wrong_delay_says_where_and_what_is_allowed(wrong, path, message):
    with pytest.raises(ValidationError) as caught:
        DELAY.validate_python(wrong)
    (fault,) = caught.value.errors()
    assert fault["loc"] == path
    assert message in fault["msg"]


def test_the_schema_of_delays_within_delays_ends():
    schema = DELAY.json_schema()
    assert "by-outcome" in schema["anyOf"][0]["enum"]
    assert "median" in json.dumps(schema)
