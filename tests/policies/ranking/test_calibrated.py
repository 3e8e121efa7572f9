"""Calibration against a plain loop, and as the paper's reader would have it."""

import numpy as np
import pytest

from loopsim.draws import Draws
from loopsim.errors import InputError
from loopsim.policies.ranking.calibrated import CalibratedPolicy
from loopsim.policies.ranking.top_k import TopKPolicy


def divergence(p, q):
    q = 0.99 * q + 0.01 * p
    return sum(a * np.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


def slowly(scores, kinds, taste, k, trade, candidates):
    """The rule, written down."""
    pool = list(np.argsort(-scores)[:candidates])
    low, high = scores[pool].min(), scores[pool].max()
    slate = []
    while len(slate) < k:

        def value(i, above=tuple(slate)):
            whole = [*above, i]
            worth = sum((float(scores[j]) - low) / (high - low) for j in whole)
            return (1 - trade) * worth - trade * divergence(taste, kinds[whole].mean(axis=0))

        slate.append(max((i for i in pool if i not in slate), key=value))
    return slate


@pytest.mark.parametrize("trade", [0.0, 0.5, 0.9, 1.0])
def test_the_slate_is_the_greedy_one(make_visits, trade):
    rng = np.random.default_rng(6)
    scores = rng.standard_normal((20, 30)).astype(np.float32)
    kinds, taste = rng.dirichlet(np.ones(4), 30), rng.dirichlet(np.ones(4), 20)
    cases = make_visits(scores, items=kinds * 7.0, users=taste * 3.0)
    slates = CalibratedPolicy(5, trade=trade, candidates=15).decide(cases, Draws(0))
    for r in range(20):
        row = scores[r].astype(float)
        assert slates.items[r].tolist() == slowly(row, kinds, taste[r], 5, trade, 15)
    assert (slates.propensities == 1.0).all()


def test_seven_of_ten_romances_and_three_of_action(make_visits):
    """The paper's example: top-k shows romance alone, which scores a little higher."""
    scores = np.r_[np.linspace(0.6, 0.5, 30), np.linspace(0.49, 0.4, 30)]
    kinds = np.repeat(np.eye(2), 30, axis=0)
    cases = make_visits(scores, items=kinds, users=[[70.0, 30.0]])
    shown = kinds[TopKPolicy(10).decide(cases, Draws(0)).items[0]].sum(axis=0)
    assert shown.tolist() == [10, 0]
    policy = CalibratedPolicy(10, trade=0.99)
    assert kinds[policy.decide(cases, Draws(0)).items[0]].sum(axis=0).tolist() == [7, 3]


def test_of_a_user_of_whom_nothing_is_known_it_is_top_k(make_visits):
    scores = np.random.default_rng(0).standard_normal((4, 20))
    cases = make_visits(scores, items=np.eye(20)[:, :3], users=np.zeros((4, 3)))
    top = TopKPolicy(4).decide(cases, Draws(0)).items
    assert np.array_equal(CalibratedPolicy(4, trade=0.7).decide(cases, Draws(0)).items, top)


@pytest.mark.parametrize(
    ("items", "users", "said"),
    [
        (np.ones((6, 3)), np.ones((1, 2)), "knows 2 attributes of a user but 3 of an item"),
        (np.ones((6, 3)), None, "knows 0 attributes of a user but 3 of an item"),
        (-np.ones((6, 1)), np.ones((1, 1)), "0 or more; those of the items go down to -1"),
        (np.ones((6, 1)), -np.ones((1, 1)), "0 or more; those of the users go down to -1"),
        (None, np.ones((1, 2)), "this world's catalogue has none"),
    ],
)
def test_attributes_that_do_not_match_are_refused(make_visits, items, users, said):
    with pytest.raises(InputError, match=f"policy.kind = calibrated: .*{said}"):
        CalibratedPolicy(2).decide(make_visits(np.arange(6.0), items=items, users=users), Draws(0))
