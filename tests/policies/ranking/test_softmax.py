"""Plackett-Luce slates against the formula, term by term."""

import numpy as np
import pytest

from loopsim.draws import Draws, Stream
from loopsim.errors import PluginError
from loopsim.policies.ranking.softmax import SoftmaxPolicy
from loopsim.policies.ranking.top_k import TopKPolicy


def chances_of(scores, allowed, items, temperature):
    """Each item's softmax among those left, from logarithms alone."""
    chances = np.empty(items.shape)
    for r, slate in enumerate(items):
        left = allowed.copy()
        for j, item in enumerate(slate):
            a = scores[r].astype(np.float64) / temperature
            chances[r, j] = np.exp(a[item] - np.logaddexp.reduce(a[left]))
            left[item] = False
    return chances


@pytest.mark.parametrize("temperature", [0.003, 0.1, 1.0, 50.0])
def test_slates_and_propensities_are_those_of_gumbel_top_k(make_visits, temperature):
    scores = np.random.default_rng(1).standard_normal((60, 300)).astype(np.float32)
    cases = make_visits(scores, exclude=[4, 4, -1], gone=[7], t=2)
    slates = SoftmaxPolicy(6, temperature=temperature).decide(cases, Draws(9))
    pair = ((cases.ids[:, None] << 26) + np.arange(300)).ravel()
    u = Draws(9).uniform(Stream.EXPLORE, 2, pair, k=3).reshape(60, 300)
    noisy = scores.astype(np.float64) / temperature - np.log(-np.log(u))
    noisy[:, [4, 7]] = -np.inf
    assert np.array_equal(slates.items, np.argsort(-noisy, axis=1)[:, :6])
    allowed = ~np.isin(np.arange(300), [4, 7])
    wanted = chances_of(scores, allowed, slates.items, temperature)
    assert slates.propensities == pytest.approx(wanted, rel=1e-9)


def test_an_item_with_nearly_all_the_weight_leaves_the_lower_places_exact(make_visits):
    row = np.r_[1000.0, np.linspace(0.0, 2.0, 7), -800.0].astype(np.float32)
    cases = make_visits(np.tile(row, (50, 1)))
    slates = SoftmaxPolicy(4, temperature=1.0).decide(cases, Draws(0))
    assert (slates.items[:, 0] == 0).all()
    wanted = chances_of(np.tile(row, (50, 1)), np.ones(9, bool), slates.items, 1.0)
    assert slates.propensities == pytest.approx(wanted, rel=1e-9)


def test_every_item_can_be_in_the_slate(make_visits):
    cases = make_visits(np.random.default_rng(3).standard_normal((30, 5)))
    slates = SoftmaxPolicy(5, temperature=0.4).decide(cases, Draws(0))
    assert (np.sort(slates.items, axis=1) == np.arange(5)).all()
    assert slates.propensities[:, -1] == pytest.approx(1.0, abs=1e-12)


def test_exploring_mixes_a_softmax_of_what_is_left_with_any_item_left(make_visits):
    scores = np.random.default_rng(1).standard_normal((200, 12)).astype(np.float32)
    slates = SoftmaxPolicy(4, 0.4, temperature=0.3).decide(make_visits(scores), Draws(9))
    soft = chances_of(scores, np.ones(12, bool), slates.items, 0.3)
    wanted = 0.4 / (12 - np.arange(4)) + 0.6 * soft
    assert slates.propensities == pytest.approx(wanted, rel=1e-9)


def test_a_cold_softmax_is_top_k_and_a_hot_one_random(make_visits):
    scores = np.random.default_rng(2).standard_normal((400, 30))
    cold = SoftmaxPolicy(5, temperature=1e-6).decide(make_visits(scores), Draws(0))
    assert np.array_equal(cold.items, TopKPolicy(5).decide(make_visits(scores), Draws(0)).items)
    assert cold.propensities == pytest.approx(1.0, abs=1e-9)
    hot = SoftmaxPolicy(5, temperature=1e6).decide(make_visits(scores), Draws(0))
    wanted = np.tile(1.0 / (30 - np.arange(5)), (400, 1))
    assert hot.propensities == pytest.approx(wanted, rel=1e-4)


def test_an_item_whose_score_is_no_number_is_left_out(make_visits):
    scores = np.random.default_rng(5).standard_normal((40, 1500)).astype(np.float32)
    scores[:, [3, 700, 1400]] = np.nan
    slates = SoftmaxPolicy(4, temperature=0.1).decide(make_visits(scores), Draws(1))
    allowed = ~np.isnan(scores[0])
    wanted = chances_of(np.nan_to_num(scores), allowed, slates.items, 0.1)
    assert slates.propensities == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("few", [[0.0, 0.0], [0.0, 0.0, np.inf]])
def test_too_few_scores_that_are_numbers_are_the_models_fault(make_visits, few):
    row = np.full(9, np.nan)
    row[: len(few)] = few
    with pytest.raises(PluginError, match="not finite numbers"):
        SoftmaxPolicy(3).decide(make_visits(row), Draws(0))
