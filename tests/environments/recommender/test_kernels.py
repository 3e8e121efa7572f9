import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.draws import Draws, Stream
from loopsim.environments.recommender import kernels

vectors = st.lists(st.floats(-3, 3), min_size=4, max_size=4)


def answer(items, taste=(1.0, 0.0), t=0, lure=0.0, places=(1.0, 0.5, 0.25), users=None):
    n, k = np.shape(items)
    users = np.arange(n) if users is None else users
    tastes = np.tile(np.array(taste, np.float32), (n, 1))
    catalogue = np.array([[1, 0], [0, 1], [-1, 0], [0.5, 0.5]], np.float32)
    base, lures = np.full(4, -0.5, np.float32), np.full(4, lure, np.float32)
    value, chance, alone = np.empty((n, k)), np.empty((n, k)), np.empty((n, k), np.int8)
    chosen, draws = np.empty(n, np.int64), Draws(3)
    keys = draws.keys(Stream.OUTCOME, t), draws.keys(Stream.OUTCOME, t, k=1)
    places = np.log(np.array(places))
    kernels.logit(
        tastes, users, np.asarray(items), catalogue, base, lures, places, *keys,
        value, chance, chosen, alone,
    )  # fmt: skip
    return value, chance, chosen, alone


def test_picks_come_with_their_probability_and_nothing_with_the_rest():
    n = 40_000
    value, chance, chosen, alone = answer(np.tile([0, 1, 2], (n, 1)))
    weights = np.exp([0.5, -0.5, -1.5]) * [1, 0.5, 0.25]
    assert chance[0] == pytest.approx(weights / (1 + weights.sum()))
    for place in range(3):
        p = chance[0, place]
        assert (chosen == place).mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n))
        q = 1 / (1 + np.exp(-value[0, place]))
        assert alone[:, place].mean() == pytest.approx(q, abs=4 * np.sqrt(q * (1 - q) / n))


def test_an_item_meets_the_same_noise_in_whatever_slate_and_place():
    n = 500
    first, other = (answer(np.tile(items, (n, 1))) for items in ([0, 1, 2], [3, 2, 0]))
    np.testing.assert_array_equal(first[3][:, 0], other[3][:, 2])
    np.testing.assert_array_equal(first[3][:, 2], other[3][:, 1])
    later = answer(np.tile([0, 1, 2], (n, 1)), t=1)
    assert not np.array_equal(first[3][:, 0], later[3][:, 0])


def test_clickbait_draws_the_pick_and_adds_nothing_to_the_value():
    honest, bait = (answer(np.tile([0, 1], (2000, 1)), lure=x) for x in (0.0, 2.0))
    np.testing.assert_array_equal(honest[0], bait[0])
    assert (bait[2] >= 0).mean() > (honest[2] >= 0).mean() + 0.1


def test_what_a_pick_is_alone_it_is_at_the_top_of_a_slate_of_its_own():
    _, _, chosen, alone = answer(np.tile([3], (1000, 1)))
    np.testing.assert_array_equal(chosen == 0, alone[:, 0] == 1)


def test_the_highest_attention_times_known_utility_is_picked():
    n, k = 200, 3
    tastes = np.tile(np.float32([1, 0]), (n, 1))
    catalogue = np.float32([[0, 1], [3, 0], [1, 0]])
    value, chance, alone = np.empty((n, k)), np.empty((n, k)), np.empty((n, k), np.int8)
    chosen, key = np.empty(n, np.int64), Draws(1).keys(Stream.OUTCOME, -1)
    items = np.tile([0, 1, 2], (n, 1))
    places = np.log(np.array([1.0, 2**-0.8, 3**-0.8]))
    zero = np.zeros(3, np.float32)
    out = value, chance, chosen, alone
    kernels.argmax(tastes, np.arange(n), items, catalogue, zero, zero, places, 0.98, 0.0, key, *out)
    utility = 1 / (1 + np.exp(-np.array([0.0, 3.0, 1.0])))
    assert (chosen == (utility * np.exp(places)).argmax()).all()
    assert (chance.sum(axis=1) == 1).all()
    kernels.argmax(
        tastes, np.arange(n), items, catalogue, zero, zero, places, 0.98, 0.99, key, *out
    )
    assert (chosen == -1).all() and (chance == 0).all() and (alone == 0).all()


def test_random_slates_hold_different_items_each_equally_likely():
    pool = np.array([2, 3, 5, 8, 13])
    items = np.empty((8000, 3), np.int64)
    kernels.random_slates(pool, np.arange(8000), Draws(1).keys(Stream.PANEL, 0), items)
    assert all(len(set(row)) == 3 for row in items.tolist())
    shown = np.bincount(items.ravel(), minlength=14)
    assert shown.sum() == shown[pool].sum()
    assert ((shown[pool] - 4800) ** 2 / 4800).sum() < 20  # χ² with 4 degrees of freedom


@settings(max_examples=60, deadline=None)
@given(taste=vectors, item=vectors, rate=st.floats(0, 1))
def test_turning_keeps_the_length_and_takes_a_share_of_the_angle(taste, item, rate):
    before, towards = np.float32(taste), np.float32(item)
    after = before.copy()
    kernels.rotate(after, towards, rate)
    norm = np.linalg.norm(before)
    assert np.isfinite(after).all()
    assert np.linalg.norm(after) == pytest.approx(norm, rel=1e-4, abs=1e-6)
    angles = [kernels._cosine(x, towards) for x in (before, after)]
    old, new = (np.arccos(np.clip(c, -1, 1)) for c in angles)
    if norm > 1e-3 and np.linalg.norm(towards) > 1e-3 and 0.01 < old < np.pi - 0.01:
        assert new == pytest.approx((1 - rate) * old, abs=2e-3)


def test_a_taste_that_points_at_or_away_from_an_item_stays():
    for item in ([2.0, 0.0], [-1.0, 0.0], [0.0, 0.0]):
        taste = np.float32([1, 0])
        kernels.rotate(taste, np.float32(item), 0.5)
        assert taste.tolist() == [1.0, 0.0]


def test_adding_lets_a_taste_grow_to_at_most_twice_its_natural_length():
    taste, natural = np.float32([1, 0]), np.float32([1, 0])
    kernels.add(taste, np.float32([1, 1]), 0.1, natural)
    assert taste == pytest.approx([1.1, 0.1])
    for _ in range(200):
        kernels.add(taste, np.float32([1, 1]), 0.5, natural)
    assert np.linalg.norm(taste) == pytest.approx(2.0, rel=1e-5)


def test_what_was_consumed_comes_first_and_the_last_one_goes():
    recent = np.full((2, 3), -1, np.int32)
    for item in (4, -1, 5, 6, 7):
        kernels.remembered(np.array([1]), np.array([item]), recent)
    assert recent.tolist() == [[-1, -1, -1], [7, 6, 5]]


def test_boredom_grows_with_likeness_and_not_with_the_first_pick():
    vectors = np.float32([[1, 0], [0, 1], [1, 0]])
    recent, boredom = np.full((1, 5), -1, np.int32), np.zeros(1, np.float32)
    kernels.tired(np.array([0]), np.array([0]), vectors, recent, 0.9, boredom)
    assert boredom[0] == 0.0
    recent[0, :2] = [0, 1]
    kernels.tired(np.array([0]), np.array([2]), vectors, recent, 0.9, boredom)
    assert boredom[0] == pytest.approx(0.1 * 0.5)
