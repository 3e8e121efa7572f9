"""Who is who, and what weighs what, in the rows of a fit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.models.ranking.rows import clicks_by_user, places, spread

ids = st.lists(st.integers(0, 50), max_size=20)


@settings(max_examples=50, deadline=None)
@given(ids, ids)
def test_a_user_is_found_where_they_are_and_nowhere_else(known, users):
    known, users = np.unique(np.array(known, int)), np.array(users, int)
    at = places(known, users)
    for user, place in zip(users, at, strict=True):
        assert (place == -1) == (user not in known)
        assert place == -1 or known[place] == user


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 500))
def test_rows_are_spread_evenly_over_all(rows, most):
    few = spread(rows, most)
    assert few.size == min(rows, most)
    assert few.size == 0 or (few[0] == 0 and few[-1] < rows)
    assert few.size < 2 or np.ptp(np.diff(few)) <= 1


def test_clicks_of_one_user_on_one_item_add_up(market):
    users, clicks = clicks_by_user(market.interactions, market.labels, market.weights)
    rows, dense = market.interactions, np.zeros((market.users, market.items))
    clicked = market.labels == 1
    np.add.at(dense, (rows.users[clicked], rows.items[clicked]), market.weights[clicked])
    np.testing.assert_allclose(clicks.toarray(), dense[users])
