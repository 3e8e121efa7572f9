"""Labels are read when they are due: not before, not twice, and never as something they are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.feedback import FAR, UNKNOWN, FeedbackLog
from loopsim.labels.fixed import FixedDelay


class Given:
    """A delay of so many rounds for each case, in turn."""

    def __init__(self, rounds):
        self.table = rounds

    def rounds(self, label, draws, t, ids):
        return np.resize(np.array(self.table, dtype=np.int64), label.size)


def cases(t, n, first=0):
    ids = np.arange(first, first + n)
    out = Cases(t, ids, ids, (ids % 2).astype(np.int8))
    out.scores, out.actions = np.linspace(0, 1, n), np.ones(n, np.int8)
    return out


def opened(log, t, good, draws=None):
    made = cases(t, len(good))
    seen, due = log.label(made, np.array(good, np.int8), draws or Draws(1))
    log.open(made, seen, due)
    return made, seen, due


@given(
    delays=st.lists(st.integers(1, 6), min_size=1, max_size=9),
    rounds=st.lists(st.integers(0, 12), min_size=1, max_size=9),
)
@settings(max_examples=50, deadline=None)
def test_every_label_is_revealed_once_in_the_round_in_which_it_is_due(delays, rounds):
    log, expected, revealed = FeedbackLog(Given(delays), 0.0, 0.0), {}, {}
    for t in range(len(rounds) + 7):
        batch = log.reveal(t)
        revealed |= {int(p): t for p in batch.prediction_id}
        assert (batch.opened < t).all()
        if t < len(rounds):
            made, _, due = opened(log, t, [1] * rounds[t])
            expected |= {int(p): int(d) for p, d in zip(made.prediction_id, due, strict=True)}
    assert revealed == expected
    assert log.pending == 0


def test_a_pending_label_is_not_a_negative_one():
    log = FeedbackLog(FixedDelay(3), 0.0, 0.0)
    opened(log, 0, [0, 1, 1])
    for t in (0, 1, 2):
        assert len(log.reveal(t)) == 0
        assert log.pending == 3
    assert log.reveal(3).label.tolist() == [0, 1, 1]


def test_what_an_action_hid_is_never_revealed():
    log = FeedbackLog(FixedDelay(1), 0.0, 0.0)
    _, seen, due = opened(log, 0, [UNKNOWN, 1, UNKNOWN])
    assert due.tolist() == [FAR, 1, FAR] and seen.tolist() == [2, 1, 2]
    assert log.pending == 1


def test_noise_flips_its_share_and_never_what_is_hidden():
    log, n = FeedbackLog(FixedDelay(1), 0.2, 0.0), 50_000
    label = np.resize(np.array([0, 1, UNKNOWN], np.int8), n)
    seen, _ = log.label(cases(0, n), label, Draws(1))
    known = label != UNKNOWN
    assert (seen[known] != label[known]).mean() == pytest.approx(0.2, abs=0.01)
    assert (seen[~known] == UNKNOWN).all()


def test_the_share_that_never_comes_never_comes_and_delays_no_other():
    n = 50_000
    label = np.ones(n, np.int8)
    _, due = FeedbackLog(FixedDelay(2), 0.0, 0.3).label(cases(0, n), label, Draws(1))
    assert (due == FAR).mean() == pytest.approx(0.3, abs=0.01)
    assert set(due[due < FAR]) == {2}


def test_more_noise_flips_the_same_labels_and_others_besides():
    n, label = 5000, np.ones(5000, np.int8)
    few, many = (
        FeedbackLog(FixedDelay(1), noise, 0.0).label(cases(0, n), label, Draws(1))[0]
        for noise in (0.1, 0.3)
    )
    assert ((few == 0) <= (many == 0)).all()


def test_a_restored_log_reveals_the_same():
    log = FeedbackLog(Given([1, 2, 3, 2]), 0.1, 0.1)
    for t in range(4):
        log.reveal(t)
        opened(log, t, [1, 0, 1, UNKNOWN, 0, 1, 1])
    again = FeedbackLog(log.delay, log.noise, log.never)
    again.restore(log.state())
    assert again.pending == log.pending > 0
    for t in range(4, 9):
        one, other = log.reveal(t), again.reveal(t)
        for column in vars(one):
            assert np.array_equal(getattr(one, column), getattr(other, column)), column
            assert getattr(one, column).dtype == getattr(other, column).dtype


def test_an_empty_log_can_be_restored():
    log = FeedbackLog(FixedDelay(1), 0.0, 0.0)
    log.restore(FeedbackLog(FixedDelay(1), 0.0, 0.0).state())
    assert log.pending == 0 and len(log.reveal(0)) == 0


def test_a_label_that_somebody_looked_up_comes_in_the_next_round():
    log = FeedbackLog(FixedDelay(9), noise=0.0, never=0.0)
    ids = np.arange(4)
    cases = Cases(5, ids, ids, np.zeros(4, np.int8))
    label = np.array([1, 0, 2, 1], np.int8)
    prompt = np.array([True, False, True, False])
    _, due = log.label(cases, label, Draws(0), prompt)
    assert due.tolist() == [6, 14, FAR, 14]
