"""A taste a user: scikit-learn's ridge around what all have in common."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from loopsim.models.base import CannotFit
from loopsim.models.ranking.bandits import LinUCB
from loopsim.models.ranking.content import Content
from loopsim.models.ranking.tastes import packed, unpacked


def _rows_of(market, user):
    at = market.interactions.users == user
    return market.interactions.items[at], market.labels[at], market.weights[at]


def _design(market):
    x = market.catalogue.attributes
    return np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / x.std(axis=0)])


def test_a_taste_is_a_ridge_regression_around_that_of_all(market):
    fitted = market.fit(Content(prior=4.0), market.weights)
    x, scores = _design(market), market.scores(fitted)
    rows = market.interactions
    share = np.average(market.labels, weights=market.weights)
    ridge = Ridge(4.0, fit_intercept=False)
    everybody = ridge.fit(
        x[rows.items], market.labels - share, market.weights
    ).coef_ + np.eye(4)[0] * share  # fmt: skip
    np.testing.assert_allclose(market.scores(fitted, [10**6])[0], x @ everybody, rtol=1e-4)
    for user in range(market.users):
        items, clicks, weights = _rows_of(market, user)
        ridge.fit(x[items], clicks - x[items] @ everybody, weights)
        expected = x @ (everybody + ridge.coef_)
        np.testing.assert_allclose(scores[user], expected, rtol=1e-3, atol=1e-5)


def test_a_covariance_is_the_inverse_of_the_precision(market):
    fitted = market.fit(LinUCB(prior=4.0), market.weights)
    x = _design(market)
    for user in (0, 17, 39):
        items, _, weights = _rows_of(market, user)
        precision = (x[items].T * weights) @ x[items] + 4.0 * np.eye(4)
        root = unpacked(fitted.roots(np.array([user])), 4)[0]
        np.testing.assert_allclose(root @ root.T, np.linalg.inv(precision), rtol=1e-4, atol=1e-6)
    root = unpacked(fitted.roots(np.array([10**6])), 4)[0]
    np.testing.assert_allclose(root @ root.T, np.eye(4) / 4.0, rtol=1e-6)


def test_a_missing_attribute_counts_as_the_mean(market):
    holed = market.catalogue.attributes.copy()
    holed[5, 1] = np.nan
    catalogue = replace(market.catalogue, attributes=holed)
    market.interactions = replace(market.interactions, catalogue=catalogue)
    fitted = market.fit(Content())
    expected = (holed - np.nanmean(holed, axis=0)) / np.nanstd(holed, axis=0)
    expected[5, 1] = 0.0
    np.testing.assert_allclose(fitted.design(catalogue)[:, 1:], expected, rtol=1e-5)
    assert np.isfinite(market.scores(fitted, catalogue=catalogue)).all()


def test_without_attributes_there_is_nothing_to_fit(market):
    bare = replace(market.catalogue, attributes=np.empty((market.items, 0)))
    market.interactions = replace(market.interactions, catalogue=bare)
    with pytest.raises(CannotFit, match="no attributes"):
        market.fit(Content())


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.integers(0, 4))
def test_a_triangle_comes_out_of_its_packing(d, n):
    whole = np.tril(np.random.default_rng(d).normal(size=(n, d, d))).astype(np.float32)
    np.testing.assert_array_equal(unpacked(packed(whole), d), whole)
