"""Kinds and words of a scenario file."""

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from loopsim.settings import Words

Strength = TypeAdapter(Annotated[float, Field(ge=0, le=1), Words(closed=1.0, cut=0.0)])


@pytest.mark.parametrize(("given", "number"), [("cut", 0.0), ("closed", 1.0), (0.3, 0.3)])
def test_a_word_stands_for_its_number(given, number):
    assert Strength.validate_python(given) == number


@pytest.mark.parametrize("given", ["open", 1.2, None])
def test_other_words_and_numbers_out_of_range_are_refused(given):
    with pytest.raises(ValidationError):
        Strength.validate_python(given)


def test_an_editor_is_told_of_the_words():
    schema = Strength.json_schema()
    assert schema["anyOf"][0] == {"enum": ["closed", "cut"]}
    assert schema["anyOf"][1] == {"type": "number", "minimum": 0, "maximum": 1}
