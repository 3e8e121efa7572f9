import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.runs.buffer import Buffer


def fill(buffer, sizes, seed=0):
    rng, ids, matrices = np.random.default_rng(seed), [], []
    for t, size in enumerate(sizes):
        part, matrix = rng.integers(0, 1 << 40, size), rng.normal(size=(size, 3))
        buffer.append(size, {"id": part}, matrix, (t, 7))
        ids.append(part.copy())
        matrices.append(matrix.copy())
        part[:], matrix[:] = -1, np.nan  # the caller uses its arrays again
    return np.concatenate([*ids, []]), np.concatenate([*matrices, np.empty((0, 3))])


@given(st.lists(st.integers(0, 3000), max_size=6))
@settings(max_examples=30, deadline=None)
def test_rows_come_out_as_they_went_in_even_if_the_caller_reuses_its_arrays(sizes):
    buffer = Buffer({"id": np.int64}, 3, constants=2)
    for _ in range(2):  # cleared, it is as good as new
        ids, matrix = fill(buffer, sizes)
        assert (buffer.column("id") == ids).all()
        for j in range(3):
            assert (buffer.feature(j) == matrix[:, j].astype(np.float32)).all()
        assert (buffer.constant(0) == np.repeat(np.arange(len(sizes)), sizes)).all()
        assert (buffer.constant(1) == 7).all()
        buffer.clear()
        assert buffer.rows == 0 and buffer.column("id").size == 0


def test_a_block_boundary_loses_no_row():
    buffer = Buffer({"id": np.int64}, 3, constants=2)
    _, matrix = fill(buffer, [20_001])
    assert (buffer.feature(2) == matrix[:, 2].astype(np.float32)).all()


def test_a_restored_buffer_goes_on_as_the_first_would():
    one, two = (Buffer({"id": np.int64}, 3, constants=2) for _ in range(2))
    fill(one, [5, 0, 3])
    two.restore({k: v.copy() for k, v in one.state().items()})
    for buffer in (one, two):
        fill(buffer, [4], seed=1)
    first, second = one.state(), two.state()
    assert first.keys() == second.keys()
    for name in first:
        assert first[name].dtype == second[name].dtype
        assert np.array_equal(first[name], second[name]), name


def test_a_feature_beyond_float32_is_logged_as_infinity_without_a_warning():
    buffer = Buffer({}, 1, constants=1)
    buffer.append(1, {}, np.array([[1e300]]), (0,))
    assert np.isinf(buffer.feature(0)[0])
