"""The metrics say what scikit-learn and fairlearn say of the same cases."""

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame, demographic_parity_difference, selection_rate
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from loopsim.environments.base import BAD, GOOD, UNKNOWN, Money
from loopsim.monitoring import metrics
from loopsim.monitoring.tally import BINS, empty, tally

GROUPS = 3


def cases(seed, n=4000):
    """Cases whose scores are bin centres, so that binning loses nothing."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, GROUPS, n).astype(np.int8)
    score = (np.floor(rng.beta(2 + group, 2) * BINS) + 0.5) / BINS
    good = (rng.random(n) < score**1.5).astype(np.int8)
    action = (score > 0.55).astype(np.int8)
    return group, action, good, score


def counted(group, action, good, score, groups=GROUPS):
    return tally(group, action, good, score, empty(groups))


ORACLES = {
    "approval": lambda a, y, s: a.mean(),
    "precision": lambda a, y, s: sk.precision_score(y, a),
    "recall": lambda a, y, s: sk.recall_score(y, a),
    "false_positive_rate": lambda a, y, s: 1 - sk.recall_score(1 - y, 1 - a),
    "accuracy": lambda a, y, s: sk.accuracy_score(y, a),
    "auc": lambda a, y, s: sk.roc_auc_score(y, s),
    "brier": lambda a, y, s: sk.brier_score_loss(y, s),
    "score": lambda a, y, s: s.mean(),
}


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("seed", range(3))
def test_a_metric_is_what_scikit_learn_says_for_everybody_and_each_group(name, seed):
    group, action, good, score = cases(seed)
    ours = metrics.summary(counted(group, action, good, score), Money())[name]
    masks = [np.ones(group.size, bool), *(group == g for g in range(GROUPS))]
    theirs = [ORACLES[name](action[m], good[m], score[m]) for m in masks]
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)


def test_binning_moves_auc_and_brier_by_less_than_a_thousandth():
    rng = np.random.default_rng(0)
    score = rng.random(5000)
    good = (rng.random(5000) < score).astype(np.int8)
    zeros = np.zeros(5000, np.int8)
    counts = counted(zeros, zeros, good, score, 1)
    assert metrics.auc(counts)[0] == pytest.approx(sk.roc_auc_score(good, score), abs=1e-3)
    assert metrics.brier(counts)[0] == pytest.approx(sk.brier_score_loss(good, score), abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_calibration_is_the_expected_calibration_error_of_sixteen_parts(seed):
    group, action, good, score = cases(seed)
    ours = metrics.calibration(counted(group, action, good, score))
    for g in range(GROUPS):
        s, y = score[group == g], good[group == g]
        part = (s * 16).astype(int)
        error = [abs(s[part == k].mean() - y[part == k].mean()) * (part == k).sum()
                 for k in np.unique(part)]  # fmt: skip
        assert ours[g] == pytest.approx(sum(error) / s.size)


def test_the_selection_rates_and_their_gap_are_fairlearns():
    group, action, good, score = cases(5)
    figures = metrics.summary(counted(group, action, good, score), Money())
    frame = MetricFrame(
        metrics=selection_rate, y_true=good, y_pred=action, sensitive_features=group
    )
    np.testing.assert_allclose(figures["approval"][1:], frame.by_group.sort_index())
    gap = demographic_parity_difference(good, action, sensitive_features=group)
    assert figures["gap.approval"][0] == pytest.approx(gap)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("gap.recall", sk.recall_score), ("gap.precision", sk.precision_score)]
)
def test_the_other_gaps_are_fairlearns(ours, theirs):
    group, action, good, score = cases(6)
    figures = metrics.summary(counted(group, action, good, score), Money())
    frame = MetricFrame(metrics=theirs, y_true=good, y_pred=action, sensitive_features=group)
    assert figures[ours][0] == pytest.approx(frame.difference())


rows = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 1), st.integers(0, 2), st.floats(0, 1, exclude_max=False)
    ),
    max_size=40,
)


@given(rows=rows, cut=st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_tallies_of_parts_add_up_and_rates_stay_rates(rows, cut):
    def of(part):
        columns = [
            np.array([r[i] for r in part], t) for i, t in enumerate(("i1", "i1", "i1", "f8"))
        ]
        return counted(*columns)

    assert np.array_equal(of(rows), of(rows[:cut]) + of(rows[cut:]))
    assert of(rows).sum() == len(rows)
    figures = metrics.summary(of(rows), Money())
    for rate in metrics.RATES:
        values = figures[rate.__name__]
        known = values[~np.isnan(values)]
        assert ((known >= 0) & (known <= 1)).all(), rate.__name__


def test_money_by_hand():
    action = np.array([1, 1, 1, 0, 0, 1], np.int8)
    good = np.array([GOOD, GOOD, BAD, GOOD, BAD, UNKNOWN], np.int8)
    score = np.array([0.9, 0.8, 0.7, 0.6, 0.2, 0.9])
    counts = counted(np.zeros(6, np.int8), action, good, score, 1)
    money = Money(gain=0.1, loss=0.4, label=0.01)
    assert metrics.profit(counts, money)[0] == pytest.approx((0.2 - 0.4 - 0.03) / 5)
    best = 2 * 0.1 - 2 * 0.01  # yes at and above .8
    assert metrics.regret(counts, money)[0] == pytest.approx((best - (0.2 - 0.4 - 0.03)) / 5)


def test_the_best_threshold_in_hindsight_has_no_regret():
    rng = np.random.default_rng(3)
    score = (np.floor(rng.random(3000) * BINS) + 0.5) / BINS
    good = (rng.random(3000) < score).astype(np.int8)
    money, zeros = Money(0.2, 0.5), np.zeros(3000, np.int8)
    regrets = [
        metrics.regret(counted(zeros, (score >= at).astype(np.int8), good, score, 1), money)[0]
        for at in (np.arange(BINS) + 0.5) / BINS
    ]
    assert min(regrets) == pytest.approx(0.0, abs=1e-12)


def test_too_few_labels_make_a_rate_unknown_never_a_number():
    group, action, good, score = cases(1, n=30)
    figures = metrics.summary(counted(group, action, good, score), Money(), minimum=31)
    assert np.isnan(figures["auc"]).all() and np.isnan(figures["gap.recall"][0])
    assert not np.isnan(figures["approval"][0])
    assert figures["labels"][0] == 30


def test_of_nothing_nothing_can_be_said():
    figures = metrics.summary(empty(2), Money())
    assert all(np.isnan(v).all() for name, v in figures.items() if name != "labels")


def test_where_the_refused_are_unknown_recall_says_one():
    group, action, good, score = cases(2)
    hidden = np.where(action == 1, good, UNKNOWN).astype(np.int8)
    assert metrics.recall(counted(group, action, hidden, score)).tolist() == [1.0] * GROUPS
