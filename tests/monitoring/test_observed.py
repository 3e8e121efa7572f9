"""The dashboard reads the log alone, over a trailing window."""

import numpy as np

from loopsim.cases import Cases
from loopsim.environments.base import Money
from loopsim.feedback import LabelBatch
from loopsim.monitoring.observed import Dashboard


def labels(t, good, bad, age=1):
    n = good + bad
    label = np.repeat(np.array([1, 0], np.int8), [good, bad])
    return LabelBatch(
        np.arange(n), label, np.full(n, t - age, np.int32),
        np.full(n, 0.5), np.zeros(n, np.int8), np.ones(n, np.int8), np.zeros(n, np.int8),
    )  # fmt: skip


def decided(t, yes, no):
    ids = np.arange(yes + no)
    out = Cases(t, ids, ids, np.zeros(ids.size, np.int8))
    out.actions = np.repeat(np.array([1, 0], np.int8), [yes, no])
    out.scores = np.full(ids.size, 0.25)
    return out


def board(rounds, window=2, minimum=1):
    out = Dashboard(1, Money(), window, minimum)
    for t, (good, bad, yes, no) in enumerate(rounds):
        out.start(t)
        out.see_labels(t, labels(t, good, bad, age=3))
        out.see_cases(t, decided(t, yes, no))
    return out


def test_figures_rest_on_the_last_rounds_alone():
    figures = board([(0, 9, 1, 9), (3, 1, 5, 5), (2, 2, 10, 0)]).read()
    assert figures["labels"][0] == 8
    assert figures["precision"][0] == 5 / 8
    assert figures["approval"][0] == 15 / 20
    assert figures["coverage"][0] == 8 / 20
    assert figures["age"][0] == 3


def test_a_rate_from_too_few_labels_is_unknown():
    figures = board([(3, 1, 5, 5)], minimum=5).read()
    assert np.isnan(figures["precision"]).all()
    assert figures["approval"][0] == 0.5


def test_a_restored_dashboard_reads_the_same():
    one = board([(3, 1, 5, 5), (2, 2, 10, 0)])
    again = Dashboard(1, Money(), 2, 1)
    again.restore({k: v.copy() for k, v in one.state().items()})
    for name, values in one.read().items():
        np.testing.assert_array_equal(values, again.read()[name])
