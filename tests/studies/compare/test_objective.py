"""An objective is a formula of figures, and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.errors import InputError
from loopsim.objective import Objective

FIGURES = {"true.profit": 0.4, "true.gap.approval": 0.2, "true.auc[black]": 0.7, "cost.refits": 3.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true.profit", 0.4),
        ("true.profit - 0.5*true.gap.approval", 0.3),
        ("-(true.profit + 2) / 4", -0.6),
        ("min(true.profit, true.gap.approval) + max(cost.refits, 1)", 3.2),
        ("abs(true.gap.approval - true.profit)", 0.2),
        ("true.auc[black] * 10", 7.0),
        ("true.auc['black'] * 10", 7.0),
    ],
)
def test_a_formula_has_its_value(text, value):
    assert Objective.parse(text).value(FIGURES) == pytest.approx(value)


@settings(max_examples=30, deadline=None)
@given(a=st.integers(-9, 9), b=st.integers(-9, 9), x=st.floats(-5, 5))
def test_a_mix_is_what_arithmetic_says(a, b, x):
    found = Objective.parse(f"{a}*true.profit - {b}").value({"true.profit": x})
    assert found == pytest.approx(a * x - b)


def test_arrays_go_round_by_round_and_unknown_stays_unknown():
    found = Objective.parse("true.profit / true.auc").value(
        {"true.profit": np.array([1.0, np.nan, 1.0]), "true.auc": np.array([0.5, 1.0, 0.0])}
    )
    assert found[0] == 2.0 and np.isnan(found[1]) and np.isinf(found[2])


def test_the_names_are_those_in_it_once_each():
    names = Objective.parse("true.profit - true.profit*true.gap.approval + cost.refits").names
    assert names == ("true.profit", "true.gap.approval", "cost.refits")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a formula"),
        ("true.profit -", "not a formula"),
        ("3 + 4", "there is no figure in it"),
        ("profit", "profit must start with true., observed. or cost."),
        ("true", "must start with"),
        ("truth.auc", "truth.auc must start with"),
        ("true.profit ** 2", "not understood"),
        ("__import__('os').system('true')", "is not understood"),
        ("open('x')", "is not understood"),
        ("max(true.auc)", "is not understood"),
        ("true.auc if true.auc else 0", "is not understood"),
        ("'true.auc'", "is not understood"),
        ("true.auc[0]", "is not understood"),
        ("[true.auc for x in y]", "is not understood"),
        ("true.auc > 3", "is not understood"),
        ("True + true.auc", "is not understood"),
    ],
)
def test_anything_else_is_told_by_name(text, message):
    with pytest.raises(InputError, match="objective") as error:
        Objective.parse(text).value(FIGURES)
    assert message in str(error.value) or "must start with" in str(error.value)
