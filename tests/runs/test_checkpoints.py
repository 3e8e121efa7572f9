import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopsim.runs import checkpoints

STATE = {"a.b": np.arange(5), "names": np.array(["x", "yy"]), "scalar": np.array(2.5)}


@given(st.integers(1, 50), st.integers(1, 30_000))
def test_checkpoints_fall_on_multiples_and_never_far_apart(every, total):
    due = sorted(checkpoints.rounds(every, total))
    assert all(t % every == 0 and 0 < t < total for t in due)
    for before, after in zip([0, *due], [*due, total], strict=True):
        assert after - before <= before / 20 + 2 * every
    assert len(due) < 40 + 20 * np.log(total)


def test_a_short_run_has_one_at_every_multiple():
    assert sorted(checkpoints.rounds(4, 17)) == [4, 8, 12, 16]


def test_the_same_state_is_the_same_bytes_and_the_last_two_are_kept(tmp_path):
    for t in (10, 20, 30):
        checkpoints.write(tmp_path / "one", t, STATE)
        checkpoints.write(tmp_path / "two", t, dict(reversed(STATE.items())))
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["round-000020.npz", "round-000030.npz"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    t, state = next(checkpoints.newest(tmp_path / "one"))
    assert t == 30 and state.keys() == STATE.keys()
    assert all(np.array_equal(state[k], STATE[k]) for k in STATE)


@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[:-30], lambda b: b[:100] + b"?" + b[101:]]
)
def test_a_damaged_checkpoint_is_passed_over(tmp_path, damage):
    checkpoints.write(tmp_path, 10, STATE)
    checkpoints.write(tmp_path, 20, STATE)
    path = tmp_path / "round-000020.npz"
    path.write_bytes(damage(path.read_bytes()))
    assert [t for t, _ in checkpoints.newest(tmp_path)] == [10]
    assert list(checkpoints.newest(tmp_path / "nowhere")) == []


def test_python_objects_are_never_stored(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        checkpoints.write(tmp_path, 10, {"a": np.array([object()])})
    assert list(tmp_path.iterdir()) == []
