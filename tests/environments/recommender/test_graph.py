"""Camps on a graph of users: closed forms of small graphs, and what may not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.environments.recommender import graph

lists = st.lists(st.lists(st.integers(-1, 6), min_size=5, max_size=5), min_size=1, max_size=7)
CAMP = np.arange(12) >= 6


def cliques(between=0.0):
    """Two cliques of six, and edges of some weight between all of one and all of the other."""
    return np.where(CAMP[:, None] == CAMP, 1.0, between) - np.eye(12)


def linked(edges, n):
    weights = np.zeros((n, n))
    for one, other, weight in edges:
        weights[one, other] = weights[other, one] = weight
    return weights


@settings(max_examples=60, deadline=None)
@given(lists=lists)
def test_an_edge_counts_the_items_that_two_users_share(lists):
    sets = [{v for v in row if v >= 0} for row in lists]
    expected = np.array([[len(a & b) for b in sets] for a in sets])
    np.fill_diagonal(expected, 0)
    assert np.array_equal(graph.co_consumption(np.array(lists)), expected)


def test_two_cliques_are_wholly_apart_and_one_clique_not_at_all():
    assert graph.random_walk_controversy(cliques(), CAMP, 2) == 1.0
    assert graph.random_walk_controversy(cliques(1.0), CAMP, 2) == pytest.approx(0.0, abs=1e-12)
    assert 0.0 < graph.random_walk_controversy(cliques(0.2), CAMP, 2) < 1.0
    assert graph.echo_chamber(cliques(), CAMP * 2.0) == pytest.approx(1.0)
    assert graph.echo_chamber(cliques(1.0), CAMP * 2.0) == pytest.approx(-1 / 11)


def test_camps_who_consume_with_the_others_only_are_below_0():
    apart = np.where(CAMP[:, None] == CAMP, 0.0, 1.0)
    assert graph.random_walk_controversy(apart, CAMP, 2) < 0.0
    assert graph.echo_chamber(apart, CAMP * 1.0) == pytest.approx(-1.0)


def test_a_walk_between_two_stars_ends_as_computed_by_hand():
    # Hubs 0 and 4 with three leaves each; the leaves 1 and 5 are linked. From 1 a walk ends at 0
    # with probability 2/3, from the other two leaves with 1: 8/9 of a camp's walks stay, and
    # RWC = (8/9)² − (1/9)² = 7/9.
    edges = [(0, 1, 1), (0, 2, 1), (0, 3, 1), (4, 5, 1), (4, 6, 1), (4, 7, 1), (1, 5, 1)]
    weights, camp = linked(edges, 8), np.arange(8) >= 4
    ends = np.isin(np.arange(8), [0, 4])
    assert graph.ended(weights, camp, ends) == pytest.approx([0, 1 / 3, 0, 0, 1, 2 / 3, 1, 1])
    assert graph.random_walk_controversy(weights, camp, 1) == pytest.approx(7 / 9)
    heavy = linked([*edges[:-1], (1, 5, 2)], 8)  # the link pulls twice as much: 3/5
    assert graph.ended(heavy, camp, ends)[1] == pytest.approx(2 / 5)


def test_the_walk_is_that_of_many_walkers():
    rng = np.random.default_rng(3)
    weights = np.triu(rng.integers(0, 3, (12, 12)) * 1.0, 1)
    weights += weights.T
    ends = np.isin(np.arange(12), [2, 9])
    found = graph.ended(weights, CAMP, ends)
    at = np.repeat(np.arange(12), 4000)
    steps = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    for _ in range(300):
        free = ~ends[at]
        at[free] = (rng.random((free.sum(), 1)) > steps[at[free]]).sum(axis=1)
    walked = CAMP[at].reshape(12, -1).mean(axis=1)
    assert found == pytest.approx(walked, abs=0.03)


def test_users_without_a_neighbour_and_camps_without_a_start_are_unknown():
    weights = linked([(0, 1, 1), (0, 2, 1)], 5)
    camp = np.array([False, False, False, True, True])
    assert np.isnan(graph.random_walk_controversy(weights, camp, 1))
    assert np.isnan(graph.random_walk_controversy(np.zeros((5, 5)), camp, 1))
    ends = np.arange(5) == 0
    expected = [0, 0, 0, np.nan, np.nan]
    np.testing.assert_array_equal(graph.ended(weights, camp, ends), expected)
    assert np.isnan(graph.echo_chamber(np.zeros((5, 5)), camp * 1.0))
    assert np.isnan(graph.echo_chamber(np.ones((5, 5)), np.ones(5)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000))
def test_it_is_within_its_range_and_the_names_of_camps_and_users_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    weights = np.triu(rng.integers(0, 4, (12, 12)) * 1.0, 1)
    weights += weights.T
    camp, order = rng.integers(0, 2, 12) == 1, rng.permutation(12)
    degree = weights.sum(axis=1)
    value = graph.random_walk_controversy(weights, camp, 1)
    assert np.isnan(value) or -1.0 <= value <= 1.0
    assert graph.random_walk_controversy(weights, ~camp, 1) == pytest.approx(value, nan_ok=True)
    if np.unique(degree).size == 12:  # no ties between hubs
        mixed = graph.random_walk_controversy(weights[np.ix_(order, order)], camp[order], 1)
        assert mixed == pytest.approx(value, nan_ok=True)
