"""The scorecard is what its figures say, and survives JSON."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.environments.lending.scorecard import Curve, Scorecard, Term

EVERYBODY = np.zeros(4, dtype=np.int8)
finite = st.floats(-1e6, 1e6)
rising = st.lists(finite, min_size=1, max_size=9, unique=True).map(sorted)


def scorecard(*terms: Term) -> Scorecard:
    return Scorecard((0.5,) * len(terms[0].points), terms)


@settings(max_examples=60, deadline=None)
@given(knots=rising, seed=st.integers(0, 999), x=st.lists(finite, min_size=1, max_size=20))
def test_a_number_brings_the_line_between_its_knots_flat_outside(knots, seed, x):
    points = np.random.default_rng(seed).normal(size=len(knots))
    law = scorecard(Term("x", points=(tuple(points),), knots=tuple(knots)))
    x = np.array(x + knots)
    got = law.logodds(x[:, None], np.zeros(len(x), np.int8))
    np.testing.assert_allclose(got, 0.5 + np.interp(x, knots, points), rtol=0, atol=1e-9)


def test_missing_values_and_categories_have_their_own_points():
    number = Term("x", points=((0.0, 2.0),), missing=(-1.0,), knots=(0.0, 1.0))
    name = Term("c", points=((10.0, 20.0),), missing=(30.0,), levels=("a", "b"))
    rows = np.array([[0.5, 1.0], [np.nan, 0.0], [0.0, np.nan], [1.0, 7.0]])
    assert scorecard(number, name).logodds(rows, EVERYBODY).tolist() == [21.5, 9.5, 30.5, 32.5]


def test_points_may_differ_by_group():
    term = Term("x", points=((0.0, 1.0), (0.0, -1.0)), missing=(5.0, 6.0), knots=(0.0, 1.0))
    law = Scorecard((1.0, 2.0), (term,))
    rows = np.array([[1.0], [1.0], [np.nan], [np.nan]])
    group = np.array([0, 1, 0, 1], dtype=np.int8)
    assert law.logodds(rows, group).tolist() == [2.0, 1.0, 6.0, 8.0]


def test_the_curve_turns_points_into_logodds_and_goes_on_outside_its_knots():
    term = Term("x", points=((-9.0, 9.0),), knots=(-9.0, 9.0))
    law = Scorecard((0.0,), (term,), Curve((0.0, 1.0, 2.0), (1.0, 2.0, 2.5)))
    got = law.logodds(np.array([[-2.0], [0.5], [1.5], [4.0]]), EVERYBODY)
    np.testing.assert_allclose(got, [-1.0, 1.5, 2.25, 3.5])


def test_a_law_is_the_same_to_the_last_bit_after_json():
    rng = np.random.default_rng(3)
    knots = tuple(np.sort(rng.normal(size=6)))
    number = Term("x", points=(tuple(rng.normal(size=6)),), missing=(0.1 + 0.2,), knots=knots)
    name = Term("c", points=((1 / 3, 2 / 3),), levels=("a", "b"))
    law = Scorecard((1 / 7,), (number, name), Curve((0.0, 1.0), (0.1, 1.2)))
    again = Scorecard.from_dict(json.loads(json.dumps(law.to_dict())))
    assert again == law
    rows = np.column_stack([rng.normal(size=500), rng.integers(0, 2, 500)])
    group = np.zeros(500, np.int8)
    assert np.array_equal(again.logodds(rows, group), law.logodds(rows, group))


def test_a_feature_that_moves_moves_the_odds_without_a_jump():
    law = scorecard(Term("x", points=((0.0, 1.0, -1.0),), knots=(0.0, 1.0, 3.0)))
    x = np.linspace(-1, 4, 100_001)[:, None]
    steps = np.diff(law.logodds(x, np.zeros(len(x), np.int8)))
    assert np.abs(steps).max() < 1.01 * 5e-5


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Term("x", points=((1.0,),)), "'x': needs either knots or levels"),
        (lambda: Term("x", ((1.0,),), knots=(0.0,), levels=("a",)), "either knots or levels"),
        (lambda: Term("x", ((1.0,),), knots=(0.0, 1.0)), "must have 2 figures"),
        (lambda: Term("x", ((1.0,),), (1.0, 2.0), knots=(0.0,)), "missing must have 1"),
        (lambda: Term("x", ((1.0, 2.0),), knots=(1.0, 1.0)), "knots must ascend"),
        (lambda: Term("x", ((float("nan"),),), knots=(1.0,)), "must be finite"),
        (lambda: Scorecard((0.0,), ()), "at least one term"),
        (lambda: Scorecard((), (Term("x", ((1.0,),), knots=(1.0,)),)), "one finite intercept"),
        (lambda: Scorecard((0.0, 1.0), (Term("x", ((1.0,),), knots=(1.0,)),)), "2 intercepts"),
        (lambda: Curve((0.0, 1.0), (1.0, 0.5)), "rising"),
        (lambda: Curve((0.0,), (1.0,)), "two at least"),
        (lambda: Scorecard.from_dict({"terms": []}), "has no 'curve'"),
        (lambda: Scorecard.from_dict({"terms": 3}), "not as written by calibrate"),
    ],
)
def test_figures_that_do_not_fit_together_are_refused(made, message):
    with pytest.raises(ValueError, match=message):
        made()


def test_a_matrix_of_another_width_is_refused():
    law = scorecard(Term("x", points=((1.0,),), knots=(1.0,)))
    with pytest.raises(ValueError, match=r"not \(n, 1\)"):
        law.logodds(np.zeros((4, 2)), EVERYBODY)
