"""Draws are uniform, independent across their keys, and functions of nothing but their keys."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from loopsim.draws import Draws, Stream

N = 200_000
IDS = np.arange(N)
TINY = 1e-4  # level of each test: the numbers are fixed, so a pass stays a pass


def cells(u, parts=64):
    return np.bincount((u * parts).astype(int), minlength=parts)


def independent(u, v, parts=16):
    """The p-value of a chi-square test that (u, v) is uniform on the unit square."""
    pair = (u * parts).astype(int) * parts + (v * parts).astype(int)
    return stats.chisquare(np.bincount(pair, minlength=parts**2)).pvalue


@pytest.mark.parametrize("stream", list(Stream))
def test_every_stream_is_uniform(stream):
    u = Draws(1).uniform(stream, 3, IDS)
    assert stats.chisquare(cells(u)).pvalue > TINY
    assert stats.kstest(u, "uniform").pvalue > TINY


@pytest.mark.parametrize("step", [2, 64, 1000, 2**20, 2**32])
def test_ids_that_are_far_apart_are_as_uniform_as_neighbours(step):
    u = Draws(5).uniform(Stream.OUTCOME, 0, IDS * step)
    assert stats.chisquare(cells(u, 1024)).pvalue > TINY


def test_low_bits_are_uniform_too():
    u = Draws(2).uniform(Stream.OUTCOME, 0, IDS)
    assert stats.chisquare(cells(np.modf(u * 2**30)[0])).pvalue > TINY


@pytest.mark.parametrize("lag", [1, 2, 7, 64, 1024])
def test_neighbouring_ids_are_independent(lag):
    u = Draws(1).uniform(Stream.OUTCOME, 0, IDS)
    assert independent(u[:-lag], u[lag:]) > TINY


@pytest.mark.parametrize("t", range(5))
def test_neighbouring_rounds_are_independent(t):
    draws = Draws(1)
    one, next_ = (draws.uniform(Stream.OUTCOME, r, IDS) for r in (t, t + 1))
    assert independent(one, next_) > TINY


def test_rounds_of_one_entity_are_uniform_and_without_memory():
    u = np.array([Draws(1).uniform(Stream.ARRIVAL, t, np.array([7]))[0] for t in range(20_000)])
    assert stats.chisquare(cells(u)).pvalue > TINY
    assert independent(u[:-1], u[1:], parts=8) > TINY


@pytest.mark.parametrize("other", [s for s in Stream if s != Stream.OUTCOME])
def test_streams_are_independent(other):
    draws = Draws(1)
    u, v = draws.uniform(Stream.OUTCOME, 4, IDS), draws.uniform(other, 4, IDS)
    assert independent(u, v) > TINY


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (7, 2**32 + 7), (7, 2**64 + 7), (3, 2**63)])
def test_seeds_are_independent(pair):
    u, v = (Draws(seed).uniform(Stream.OUTCOME, 0, IDS) for seed in pair)
    assert independent(u, v) > TINY


def test_repeats_are_independent():
    draws = Draws(1)
    assert independent(*(draws.uniform(Stream.FEATURE, 0, IDS, k=k) for k in (0, 1))) > TINY


def test_no_two_of_a_million_draws_agree():
    u = Draws(1).uniform(Stream.OUTCOME, 0, np.arange(10**6))
    assert np.unique(u).size == 10**6


keys = st.tuples(st.integers(0, 2**80), st.sampled_from(list(Stream)), st.integers(-1, 2**22))


@given(key=keys, ids=st.lists(st.integers(0, 2**40 - 1), max_size=60), data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_split_over_shards_draws_the_same(key, ids, data):
    seed, stream, t = key
    ids = np.array(ids, dtype=np.int64)
    shard = np.array(
        data.draw(st.lists(st.integers(0, 4), min_size=ids.size, max_size=ids.size)), dtype=int
    )
    whole = Draws(seed).uniform(stream, t, ids, k=2)
    split = np.empty(ids.size)
    for part in range(5):
        split[shard == part] = Draws(seed).uniform(stream, t, ids[shard == part], k=2)
    assert np.array_equal(whole, split)
    assert ((whole > 0) & (whole < 1)).all()


@given(key=keys, k=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_what_was_drawn_before_changes_nothing(key, k):
    seed, stream, t = key
    fresh, used = Draws(seed), Draws(seed)
    for s in Stream:
        used.uniform(s, t, IDS[:3], k)
    assert np.array_equal(fresh.normal(stream, t, IDS[:9], k), used.normal(stream, t, IDS[:9], k))


def test_normals_are_the_normal_quantile_of_the_uniforms():
    draws = Draws(9)
    u, z = draws.uniform(Stream.WORLD, 0, IDS), draws.normal(Stream.WORLD, 0, IDS)
    np.testing.assert_allclose(z, stats.norm.ppf(u), rtol=1e-12, atol=1e-14)
    assert stats.kstest(z, "norm").pvalue > TINY


def test_a_given_array_is_filled():
    out = np.empty(4)
    assert Draws(1).uniform(Stream.FIT, 0, np.arange(4), out=out) is out
    assert np.array_equal(out, Draws(1).uniform(Stream.FIT, 0, np.arange(4)))


def test_integers_suit_an_estimator_and_differ_by_round():
    found = [Draws(1).integer(Stream.FIT, t) for t in range(1000)]
    assert min(found) >= 0 and max(found) < 2**31
    assert len(set(found)) == 1000


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed = -1: must be >= 0"):
        Draws(-1)


def test_no_two_streams_share_a_number():
    assert len({int(s) for s in Stream}) == len(Stream.__members__)
