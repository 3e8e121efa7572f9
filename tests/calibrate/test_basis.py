"""The columns of a fit and the scorecard made of them say the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.calibrate.basis import RARE, Basis, knots_of
from loopsim.features import Schema

SCHEMA = Schema(("x", "count", "c"), {"c": ("a", "b", "rare", "rarer")})


def rows(seed: int, n: int = 900) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, count = rng.normal(size=n), rng.poisson(0.5, n).astype(float)
    c = rng.choice([0.0, 1.0, 2.0, 3.0], n, p=[0.6, 0.36, 0.02, 0.02])
    x[rng.random(n) < 0.1] = np.nan
    return np.column_stack([x, count, c]), rng.integers(0, 2, n).astype(np.int8)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), groups=st.sampled_from([1, 2]))
def test_a_scorecard_gives_the_log_odds_of_the_fitted_coefficients(seed, groups):
    features, group = rows(seed)
    basis = Basis.of(SCHEMA, features)
    matrix = basis.matrix(features, group, groups)
    coefficients = np.random.default_rng(seed + 1).normal(size=matrix.shape[1])
    weight = np.asarray(matrix.mean(axis=0)).ravel()
    law = basis.law(0.3, coefficients, weight, groups)
    expected = 0.3 + matrix @ coefficients
    np.testing.assert_allclose(law.logodds(features, group), expected, atol=1e-9)


def test_a_value_that_many_rows_share_is_a_knot():
    x = np.concatenate([np.zeros(900), np.random.default_rng(0).uniform(5, 9, 100)])
    knots = knots_of(x)
    assert knots[0] == 0.0
    assert 8 < len(knots) <= 15
    assert np.all(np.diff(knots) > 0)


def test_a_number_with_one_value_and_missing_ones_has_one_knot():
    assert knots_of(np.array([3.0] * 40 + [np.nan] * 10)) == (3.0,)


def test_rare_levels_share_their_points():
    features, group = rows(0)
    basis = Basis.of(SCHEMA, features)
    assert (features[:, 2] == 2).sum() < RARE
    matrix = basis.matrix(features, group)
    law = basis.law(0.0, np.arange(matrix.shape[1], dtype=float), np.ones(matrix.shape[1]))
    points = law.terms[2].points[0]
    assert points[2] == points[3]
    assert len(set(points)) == 3


def test_a_value_never_seen_missing_gets_the_average_points():
    features, group = rows(1)
    basis = Basis.of(SCHEMA, features)
    matrix = basis.matrix(features, group)
    coefficients = np.random.default_rng(2).normal(size=matrix.shape[1])
    law = basis.law(0.0, coefficients, np.asarray(matrix.mean(axis=0)).ravel())
    assert law.terms[1].missing[0] == pytest.approx(law.points(features, 1).mean())
