"""An edge reads what decisions made, what would be without them, or something between."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from loopsim.draws import Draws
from loopsim.edges import LOOPS, Edge, Edges

numbers = hnp.arrays(float, 6, elements=st.floats(-1e6, 1e6))


def edge(strength, blend="scale"):
    return Edge("sampling", closed="c", cut="n", blend=blend, strength=strength)


def unread():
    raise AssertionError("the other side was made")


@given(carried=numbers, natural=numbers)
def test_closed_and_cut_read_one_side_bit_for_bit(carried, natural):
    assert edge(1.0).read(carried, natural) is carried
    assert edge(0.0).read(carried, natural) is natural


def test_the_side_that_is_not_read_is_not_made():
    assert edge(1.0).read(lambda: np.ones(2), unread).tolist() == [1, 1]
    assert edge(0.0).read(unread, lambda: np.zeros(2)).tolist() == [0, 0]


@given(carried=numbers, natural=numbers, strength=st.floats(0.01, 0.99))
def test_a_scaled_reading_lies_between(carried, natural, strength):
    read = edge(strength).read(carried, natural)
    np.testing.assert_allclose(read, natural + strength * (carried - natural))
    slack = 1e-9 * (1 + np.abs(carried) + np.abs(natural))
    assert (read >= np.minimum(carried, natural) - slack).all()
    assert (read <= np.maximum(carried, natural) + slack).all()


def test_a_shared_reading_puts_that_share_inside_the_loop_for_good():
    ids, draws = np.arange(100_000), Draws(1)
    inside = edge(0.3, "share").read(np.ones(ids.size), np.zeros(ids.size), draws, ids)
    assert inside.mean() == pytest.approx(0.3, abs=0.006)
    again = edge(0.3, "share").read(np.ones(100), np.zeros(100), draws, ids[50:150])
    assert np.array_equal(again, inside[50:150])


@given(strength=st.sampled_from([0.0, 0.3, 1.0]))
def test_who_is_inside_is_who_reads_the_carried_side(strength):
    ids, draws = np.arange(500), Draws(1)
    shared = edge(strength, "share")
    read = shared.read(np.ones(500, dtype=bool), np.zeros(500, dtype=bool), draws, ids)
    assert np.array_equal(shared.inside(draws, ids), read)


def test_who_is_inside_a_weak_loop_is_inside_a_stronger_one():
    ids, draws = np.arange(10_000), Draws(1)
    ones, zeros = np.ones(ids.size), np.zeros(ids.size)
    weak, strong = (edge(s, "share").read(ones, zeros, draws, ids) for s in (0.2, 0.7))
    assert (weak <= strong).all()


def test_rows_of_a_matrix_are_read_whole():
    ids = np.arange(1000)
    read = edge(0.5, "share").read(np.ones((1000, 3)), np.zeros((1000, 3)), Draws(1), ids)
    assert (read.min(axis=1) == read.max(axis=1)).all()


def test_a_share_needs_draws_and_ids():
    with pytest.raises(ValueError, match="edge 'sampling' blends by share"):
        edge(0.5, "share").read(np.ones(2), np.zeros(2))


def test_the_table_has_the_five_loops_and_new_strengths_leave_the_old_table():
    table = Edges(**{name: Edge(name, "c", "n") for name in LOOPS})
    weaker = table.with_strengths({"feature": 0.25})
    assert [e.name for e in weaker] == list(LOOPS)
    assert [e.strength for e in weaker] == [1.0, 1.0, 0.25, 1.0, 1.0]
    assert all(e.strength == 1.0 for e in table)
