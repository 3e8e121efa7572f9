"""The window of past cases: what it keeps depends on neither order nor sharding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopsim.cases import Cases
from loopsim.draws import Draws
from loopsim.environments.base import Outcomes
from loopsim.feedback import FAR
from loopsim.memory import Memory, Rows, in_reach

DRAWS = Draws(3)


def batch(t, ids, delay=1, refused=False):
    ids = np.asarray(ids)
    cases = Cases(t, ids, ids, (ids % 2).astype(np.int8))
    cases.features = np.stack([ids * 1.0, np.full(ids.size, t * 1.0)], axis=1)
    cases.scores, cases.propensities = np.full(ids.size, 0.5), np.ones(ids.size)
    hidden = (ids % 3 == 0) & refused
    label = np.where(hidden, 2, ids % 2).astype(np.int8)
    due = np.where(hidden, FAR, t + delay)
    cases.actions = np.where(hidden, 0, 1).astype(np.int8)
    outcomes = Outcomes((ids % 2).astype(np.int8), np.full(ids.size, 0.5), label)
    return cases, outcomes, label, due, DRAWS


def found(memory, t, **how):
    rows = memory.known(t, **how)
    return [] if rows is None else sorted(zip(rows.opened.tolist(), rows.ids.tolist(), strict=True))


def test_a_label_is_not_known_before_its_round():
    memory = Memory()
    memory.open(*batch(0, range(10), delay=3))
    assert found(memory, 2) == []
    assert len(found(memory, 3)) == 10


def test_known_since_leaves_out_what_was_known_before():
    memory = Memory()
    for t in range(4):
        memory.open(*batch(t, range(5)))
    assert {opened for opened, _ in found(memory, 4, since=2)} == {2, 3}


def test_a_sliding_window_keeps_labels_of_the_last_rounds():
    memory = Memory(rounds=2)
    for t in range(6):
        memory.open(*batch(t, range(5)))
    assert {opened for opened, _ in found(memory, 6)} == {4, 5}


def reservoir(batches, tidy=True):
    memory = Memory(size=200)
    for t, ids in batches:
        memory.open(*batch(t, ids))
        if tidy:
            memory.tidy(t)
    return memory


WHOLE = [(t, np.arange(300)) for t in range(8)]


def test_a_reservoir_keeps_its_size():
    assert len(found(reservoir(WHOLE), 9)) == 200


def test_a_reservoir_depends_on_neither_order_nor_sharding():
    kept = found(reservoir(WHOLE), 9)
    shards = [(t, np.arange(k, 300, 3)) for t, _ in WHOLE for k in range(3)]
    assert found(reservoir(shards), 9) == kept
    assert found(reservoir(shards[::-1], tidy=False), 9) == kept


def test_tidying_up_changes_nothing_that_a_fit_reads():
    assert found(reservoir(WHOLE, tidy=False), 9) == found(reservoir(WHOLE), 9)


def test_a_reservoir_is_a_uniform_sample_of_all_rounds():
    memory = Memory(size=4000)
    for t in range(8):
        memory.open(*batch(t, np.arange(5000)))
        memory.tidy(t)
    counts = np.bincount([opened for opened, _ in found(memory, 9)], minlength=8)
    assert counts.sum() == 4000
    assert np.abs(counts - 500).max() < 5 * np.sqrt(500)


def test_refused_cases_come_along_only_for_reject_inference():
    without, with_ = Memory(), Memory(refused=True)
    for memory in (without, with_):
        memory.open(*batch(0, range(30), refused=True))
    assert set(without.known(1).label.tolist()) == {0, 1}
    assert (with_.known(1).label == 2).sum() == 10
    assert len(with_.known(1)) == 30


def test_a_label_that_is_on_its_way_or_lost_is_no_reject():
    memory = Memory(refused=True)
    memory.open(*batch(0, range(10), delay=5))
    cases, outcomes, label, due, draws = batch(1, range(10))
    memory.open(cases, outcomes, label, np.where(due > 0, FAR, due), draws)
    assert memory.known(2) is None
    assert set(memory.known(5).opened.tolist()) == {0}


def test_a_reject_is_read_once_by_a_model_that_learns_on():
    memory = Memory(refused=True)
    for t in range(4):
        memory.open(*batch(t, range(6), refused=True))
    assert set(memory.known(2).opened[memory.known(2).label == 2].tolist()) == {0, 1, 2, 3}
    later = memory.known(4, since=2)
    assert set(later.opened[later.label == 2].tolist()) == {2, 3}


@pytest.mark.parametrize(
    ("selective", "expected"),
    [(None, [0.3, 1.0]), ([True, True], [0.3, 1.0]), ([False] * 2, [1, 1])],
)
def test_a_label_is_seen_with_the_propensity_of_yes_only_where_a_no_would_hide_it(
    selective, expected
):
    memory = Memory()
    cases, outcomes, label, due, draws = batch(0, range(2))
    cases.actions, cases.propensities = np.array([1, 0], np.int8), np.array([0.3, 0.7])
    outcomes.selective = None if selective is None else np.array(selective)
    memory.open(cases, outcomes, label, due, draws)
    assert memory.known(1).propensity.tolist() == expected


def test_the_panel_twin_is_a_case_of_the_same_round():
    memory = Memory()
    memory.open(*batch(0, range(100)))
    memory.open(*batch(1, range(100, 200)))
    rows = memory.known(2)
    assert np.array_equal(rows.panel_features[:, 1], rows.features[:, 1])
    assert np.array_equal(rows.panel_label, rows.panel_features[:, 0] % 2)


@pytest.mark.parametrize("how", [{}, {"rounds": 3}, {"size": 50}, {"refused": True}])
def test_a_restored_memory_keeps_and_forgets_the_same(how):
    memory, again = Memory(**how), Memory(**how)
    for t in range(4):
        memory.open(*batch(t, range(60), refused=True))
    memory.known(4)
    again.restore(memory.state())
    for one in (memory, again):
        one.open(*batch(4, range(60), refused=True))
    for name in Rows.__dataclass_fields__:
        mine, its = (getattr(one.known(5), name) for one in (memory, again))
        assert np.array_equal(mine, its), name


def test_a_memory_of_nothing_knows_nothing():
    memory, again = Memory(size=5), Memory(size=5)
    again.restore(memory.state())
    assert memory.known(3) is None and again.known(3) is None


@given(
    st.lists(
        st.tuples(st.floats(0.001, 0.999), st.sampled_from([1, 2, 3, 4, 80, 100])), max_size=60
    ),
    st.integers(1, 8),
)
def test_a_row_is_out_of_reach_only_if_enough_lower_ones_are_known_no_later(rows, size):
    priority = np.array([p for p, _ in rows], dtype=float)
    due = np.array([d if d < 100 else FAR for _, d in rows], dtype=np.int64)
    kept = in_reach(priority, due, size)
    for i in range(len(rows)):
        lower = ((priority < priority[i]) & (due <= due[i])).sum()
        far_lower = ((priority < priority[i] - 2 / 4096) & (due <= due[i])).sum()
        assert kept[i] or lower >= size or due[i] == FAR
        assert not (kept[i] and due[i] <= 60 and far_lower >= size)


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_a_sliding_window_keeps_rejects_as_long_as_labels(rounds):
    memory = Memory(rounds=rounds, refused=True)
    for t in range(6):
        memory.open(*batch(t, range(6), refused=True))
    rows = memory.known(6)
    assert set(rows.opened[rows.label == 2].tolist()) == set(range(6 - rounds, 6))
    assert set(rows.opened[rows.label < 2].tolist()) == set(range(6 - rounds, 6))
