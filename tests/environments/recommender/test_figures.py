import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.environments.recommender import figures

lists = st.lists(st.lists(st.integers(-1, 6), min_size=5, max_size=5), min_size=2, max_size=6)


@settings(max_examples=50, deadline=None)
@given(lists=lists)
def test_the_jaccard_index_is_that_of_sets(lists):
    table, n = np.array(lists), len(lists)
    one, other = np.arange(n), (np.arange(n) + 1) % n
    sets = [{v for v in row if v >= 0} for row in lists]
    pairs = [(sets[i], sets[j]) for i, j in zip(one, other, strict=True) if sets[i] and sets[j]]
    expected = np.mean([len(a & b) / len(a | b) for a, b in pairs]) if pairs else np.nan
    assert figures.jaccard(table, one, other) == pytest.approx(expected, nan_ok=True)


def test_diversity_is_the_mean_over_pairs():
    rng = np.random.default_rng(0)
    vectors, slates = rng.normal(size=(20, 4)), np.array([[0, 3, 7], [1, 2, 19]])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = [1 - unit[a] @ unit[b] for s in slates for a, b in ((s[0], s[1]), (s[0], s[2]), s[1:])]
    assert figures.diversity(slates, vectors) == pytest.approx(np.mean(pairs))
    assert figures.diversity(np.array([[4, 4]]), vectors) == pytest.approx(0.0)
    assert np.isnan(figures.diversity(slates[:, :1], vectors))


def test_miscalibration_is_0_where_consumption_follows_the_taste_and_finite_where_it_never_does():
    taste = np.array([[0.7, 0.3], [1.0, 0.0]])
    assert figures.miscalibration(taste, taste) == pytest.approx([0, 0])
    worst = figures.miscalibration(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
    assert worst == pytest.approx([np.log(100)])


def test_bimodality_tells_one_camp_from_two():
    rng = np.random.default_rng(1)
    one, two = rng.normal(size=20_000), np.r_[rng.normal(-3, 1, 10_000), rng.normal(3, 1, 10_000)]
    assert figures.bimodality(one) == pytest.approx(1 / 3, abs=0.02)
    assert figures.bimodality(rng.uniform(size=20_000)) == pytest.approx(5 / 9, abs=0.02)
    assert figures.bimodality(two) > 0.7
    assert np.isnan(figures.bimodality(np.ones(50)))


def test_figures_of_nothing_are_unknown():
    nothing = np.empty(0)
    assert np.isnan(figures.mean(nothing))
    empty = np.full((2, 3), -1)
    assert np.isnan(figures.jaccard(empty, np.array([0]), np.array([1])))
