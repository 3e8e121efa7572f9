"""The best items, and the share of the places that chance fills."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.errors import InputError, PluginError
from loopsim.policies.ranking import part
from loopsim.policies.ranking.top_k import TopKPolicy
from loopsim.slates import Catalogue, Visits
from loopsim.testing.slate_policies import Known


@dataclass
class Wrong:
    """A scorer that gives what it is told."""

    scores: np.ndarray

    def block(self, at):
        return self.scores

    def believed(self, scores):
        return np.asarray(scores, dtype=float)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**20), m=st.integers(6, 60), h=st.integers(0, 3))
def test_the_best_items_left_are_shown_in_order(seed, m, h):
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((7, m)).astype(np.float32)
    exclude = rng.integers(-1, m, (7, h))
    gone = rng.permutation(m)[: rng.integers(0, 2)]
    available = np.ones(m, bool)
    available[gone] = False
    catalogue = Catalogue(np.empty((m, 0)), np.zeros(m, int), np.zeros(m, int), available)
    ids = np.arange(7)
    visits = Visits(ids, np.empty((7, 0)), exclude, catalogue)
    cases = Cases(0, ids, ids, np.zeros(7, np.int8), features=visits, scores=Known(scores))
    items = TopKPolicy(2).decide(cases, Draws(0)).items
    for r in range(7):
        left = [i for i in np.argsort(-scores[r]) if available[i] and i not in exclude[r]]
        assert items[r].tolist() == left[:2]


def test_of_equal_scores_no_item_is_favoured_and_a_visitor_keeps_to_an_order(make_visits):
    cases = make_visits(np.full((3000, 20), 0.5))
    slates = TopKPolicy(4).decide(cases, Draws(0))
    shown = np.bincount(slates.items.ravel(), minlength=20)
    assert ((shown - 600) ** 2 / 600).sum() < 19 + 5 * np.sqrt(2 * 19)
    first = np.bincount(slates.items[:, 0], minlength=20)
    assert ((first - 150) ** 2 / 150).sum() < 19 + 5 * np.sqrt(2 * 19)
    assert np.array_equal(slates.items, TopKPolicy(4).decide(cases, Draws(1)).items)
    assert (slates.propensities == 1.0).all()


def test_equal_scores_stand_between_the_higher_and_the_lower(make_visits):
    row = np.r_[np.full(5, 1.0), 3.0, np.full(5, 2.0), 3.0]
    items = TopKPolicy(8).decide(make_visits(np.tile(row, (200, 1))), Draws(0)).items
    assert np.array_equal(np.sort(items[:, :2], axis=1), np.tile([5, 11], (200, 1)))
    assert np.array_equal(np.sort(items[:, 2:7], axis=1), np.tile(np.arange(6, 11), (200, 1)))
    assert set(items[:, 7].tolist()) == {0, 1, 2, 3, 4}


def test_an_exploring_place_is_any_item_left_with_the_chance_that_is_logged(make_visits):
    cases = make_visits(np.tile(np.arange(9.0), (20_000, 1)), exclude=[8, 8, -1], gone=[7])
    slates = TopKPolicy(2, 0.3).decide(cases, Draws(5))
    first, second = slates.items.T
    share = np.bincount(first, minlength=9) / len(cases)
    wanted = np.r_[np.full(6, 0.3 / 7), 0.7 + 0.3 / 7, 0, 0]
    assert share == pytest.approx(wanted, abs=5 * np.sqrt(0.25 / len(cases)))
    assert slates.propensities[:, 0] == pytest.approx(wanted[first], abs=1e-15)
    best = np.where(first == 6, 5, 6)
    assert slates.propensities[:, 1] == pytest.approx(0.3 / 6 + 0.7 * (second == best), abs=1e-15)


def test_blocks_parts_and_threads_change_nothing(make_visits, monkeypatch):
    scores = np.random.default_rng(0).standard_normal((3000, 40))
    policy, cases = TopKPolicy(5, 0.2), make_visits(scores)
    whole = policy.decide(cases, Draws(2))
    monkeypatch.setattr(part, "ROWS", 17)
    monkeypatch.setattr(part, "SCORES", 200 * 40)
    monkeypatch.setenv("LOOPSIM_THREADS", "1")
    small = policy.decide(cases, Draws(2))
    assert np.array_equal(whole.items, small.items)
    assert np.array_equal(whole.propensities, small.propensities)
    assert np.array_equal(whole.scores, small.scores)


def test_an_item_excluded_twice_is_missed_once(make_visits):
    cases = make_visits(np.arange(5.0), exclude=[1, 1, 1, -1])
    assert TopKPolicy(4).decide(cases, Draws(0)).items.tolist() == [[4, 3, 2, 0]]
    with pytest.raises(InputError, match=r"policy\.k = 5: only 4 items are left"):
        TopKPolicy(5).decide(cases, Draws(0))


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (np.zeros((1, 4)), r"block\(\) gave scores of shape \(1, 4\), not \(1, 5\)"),
        (np.full((1, 5), np.nan), "not finite numbers"),
        (np.array([[0, 0, np.nan, np.nan, np.nan]]), "not finite numbers"),
        (np.array([[0, 0, 0, 0, np.inf]]), "not finite numbers"),
    ],
)
def test_scores_that_cannot_be_ranked_are_the_models_fault(make_visits, scores, said):
    cases = make_visits(np.zeros(5))
    cases.scores = Wrong(scores.astype(np.float32))
    with pytest.raises(PluginError, match=f"model.*{said}"):
        TopKPolicy(3).decide(cases, Draws(0))


def test_whole_numbers_are_scores_too(make_visits):
    cases = make_visits(np.zeros(5))
    cases.scores = Wrong(np.array([[3, -(2**40), 5, 0, 4]]))
    assert TopKPolicy(5).decide(cases, Draws(0)).items.tolist() == [[2, 4, 0, 3, 1]]
