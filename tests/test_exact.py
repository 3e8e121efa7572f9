"""Sums that no order and no split can move."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim import exact, parts

reals = st.floats(-1e9, 1e9) | st.floats(-1, 1) | st.floats(-1e-12, 1e-12)


def total(values):
    return exact.totals(np.array(values), np.zeros(len(values), np.int8), 1)[0]


@settings(deadline=None)
@given(values=st.lists(reals, min_size=1, max_size=30), at=st.integers(0, 30))
def test_the_sum_of_the_parts_is_the_sum_of_all_in_any_order(values, at):
    assert exact.add([total(values[:at]), total(values[at:])]) == total(values)
    assert total(values[::-1]) == total(values)


@settings(deadline=None)
@given(values=st.lists(reals, min_size=1, max_size=30))
def test_a_sum_is_off_by_less_than_half_a_unit_a_value(values):
    true = sum(map(Fraction, values)) * exact.UNIT
    assert abs(total(values) - true) <= Fraction(len(values), 2)


def test_a_part_of_full_size_is_exact_to_the_last_bit():
    values = np.full(parts.PART, np.nextafter(2.0**16, 0))
    assert total(values) == int(values[0] * 2**53) * parts.PART
    large = np.full(parts.PART, np.nextafter(2.0**52, 0))
    assert total(large) == int(Fraction(large[0]) * 2**53) * parts.PART


@pytest.mark.parametrize("kind", [np.int8, bool, np.int64, np.float32])
def test_groups_have_sums_of_their_own(kind):
    values, group = np.array([1, 0, 1, 1], kind), np.array([0, 0, 2, 2], np.int8)
    assert exact.totals(values, group, 3) == [exact.UNIT, 0, 2 * exact.UNIT]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_a_value_that_cannot_be_added_makes_the_sum_unknown(bad):
    assert total([1.0, bad, 2.0]) is None
    assert exact.add([1, None, 2]) is None
    assert np.isnan(exact.mean(None, 3)) and np.isnan(exact.mean(0, 0))
