"""Maximal marginal relevance against a plain loop."""

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.errors import InputError
from loopsim.policies.ranking.diverse import DiversePolicy
from loopsim.policies.ranking.top_k import TopKPolicy


def slowly(scores, attributes, k, trade, candidates):
    """The rule, written down."""
    pool = list(np.argsort(-scores)[:candidates])
    low, high = scores[pool].min(), scores[pool].max()
    worth = {i: (float(scores[i]) - low) / (high - low) for i in pool}

    def cosine(i, j):
        a, b = attributes[i], attributes[j]
        lengths = np.linalg.norm(a) * np.linalg.norm(b)
        return 0.0 if lengths == 0 else a @ b / lengths

    slate = []
    while len(slate) < k:
        left = [i for i in pool if i not in slate]
        near = {i: max((cosine(i, j) for j in slate), default=0.0) for i in left}
        slate.append(max(left, key=lambda i: (1 - trade) * worth[i] - trade * near[i]))
    return slate


@pytest.mark.parametrize("trade", [0.0, 0.3, 0.8, 1.0])
def test_the_slate_is_the_greedy_one(make_visits, trade):
    rng = np.random.default_rng(4)
    scores, attributes = rng.standard_normal((25, 40)), rng.standard_normal((40, 3))
    attributes[:3] = 0.0
    scores = scores.astype(np.float32)
    cases = make_visits(scores, items=attributes)
    slates = DiversePolicy(6, trade=trade, candidates=20).decide(cases, Draws(0))
    for r in range(25):
        assert slates.items[r].tolist() == slowly(scores[r].astype(float), attributes, 6, trade, 20)
    assert (slates.propensities == 1.0).all()


def test_without_a_trade_it_is_top_k_and_with_one_the_kinds_are_mixed(make_visits):
    scores = np.tile(np.r_[np.linspace(1.0, 0.9, 6), np.linspace(0.5, 0.4, 6)], (3, 1))
    cases = make_visits(scores, items=np.repeat(np.eye(2), 6, axis=0))
    top = TopKPolicy(4).decide(cases, Draws(0)).items
    assert np.array_equal(DiversePolicy(4, trade=0.0).decide(cases, Draws(0)).items, top)
    mixed = DiversePolicy(4, trade=0.8).decide(cases, Draws(0)).items
    assert (mixed[:, :2] == [0, 6]).all()


def test_fewer_items_left_than_candidates_is_no_trouble(make_visits):
    cases = make_visits(np.arange(6.0), exclude=[0, 1], items=np.eye(6), gone=[2])
    items = DiversePolicy(3, trade=1.0, candidates=100).decide(cases, Draws(0)).items
    assert sorted(items[0].tolist()) == [3, 4, 5]


def test_a_catalogue_without_attributes_is_refused(make_visits):
    with pytest.raises(InputError, match=r"policy\.kind = diverse: .* has none; choose top-k"):
        DiversePolicy(2).decide(make_visits(np.arange(6.0)), Draws(0))


def test_attributes_that_are_no_numbers_are_refused(make_visits):
    items = np.eye(6)
    items[3, 3] = np.nan
    with pytest.raises(InputError, match="some are NaN or infinite"):
        DiversePolicy(2).decide(make_visits(np.arange(6.0), items=items), Draws(0))
