"""What members ask of each other is what one would have found alone."""

from functools import partial
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopsim.crossing import WHOLE
from loopsim.shards.ends import Centre, Shard
from loopsim.shards.engines.threads import pair
from loopsim.shards.packing import pack, unpack

parts_of = st.lists(
    st.lists(st.sampled_from([0.0, 5e-324, 0.25, 0.3, 0.9, 1.0, 1e300]), max_size=5),
    min_size=1,
    max_size=4,
)
quick = settings(max_examples=40, deadline=None)


def together(shards, ask):
    """What `ask(end, i)` gets at each member, shard i or the centre (i = −1), side by side."""
    pairs, out = [pair() for _ in range(shards)], {}

    def member(i, theirs):
        out[i] = ask(Shard(theirs, 0, 0), i)

    ends = [Thread(target=member, args=(i, theirs)) for i, (_, theirs) in enumerate(pairs)]
    for thread in ends:
        thread.start()
    centre = Centre([ours for ours, _ in pairs])
    out[-1] = ask(centre, -1)
    for thread in ends:
        thread.join()
    return centre, out


def mine(parts, i):
    return np.array(parts[i] if i >= 0 else [], dtype=float)


@quick
@given(parts=parts_of, data=st.data())
def test_the_kth_and_the_lowest_are_those_of_all(parts, data):
    everybody = np.concatenate([mine(parts, i) for i in range(len(parts))])
    if not everybody.size:
        return
    k = data.draw(st.integers(0, everybody.size - 1))

    def ask(end, i):
        return end.kth("x", mine(parts, i), k), end.lowest("x", mine(parts, i), k)

    _, out = together(len(parts), ask)
    assert {value for value, _ in out.values()} == {WHOLE.kth("x", everybody, k)}
    masks = np.concatenate([out[i][1] for i in range(len(parts))])
    assert masks.tolist() == WHOLE.lowest("x", everybody, k).tolist()


@quick
@given(parts=parts_of, data=st.data())
def test_rows_are_fetched_from_wherever_they_are(parts, data):
    everybody = np.concatenate([mine(parts, i) for i in range(len(parts))])
    places = st.lists(st.integers(0, max(everybody.size - 1, 0)), max_size=6 * bool(everybody.size))
    wanted = [np.array(data.draw(places), dtype=np.int64) for _ in parts]

    def ask(end, i):
        at = wanted[i] if i >= 0 else np.empty(0, np.int64)
        column = mine(parts, i)
        rows = end.fetch("x", partial(told, at), len(column), lambda here: (column[here],))
        return rows[0]

    def told(at, size):
        assert size == everybody.size
        return at

    _, out = together(len(parts), ask)
    for i, at in enumerate(wanted):
        assert out[i].tolist() == everybody[at].tolist()


def test_rows_are_gathered_at_the_centre_in_the_order_of_their_keys_then_of_the_shards():
    parts = [([3, 1, 2], [0, 1, 1]), None, ([9, 8], [0, 1])]

    def ask(end, i):
        if i < 0 or parts[i] is None:
            return end.gather("x", None)
        values, key = map(np.array, parts[i])
        return end.gather("x", (values,), (key,))

    _, out = together(3, ask)
    assert out[-1][0].tolist() == [3, 9, 1, 2, 8]
    assert out[0] is out[1] is out[2] is None


def test_counts_and_exact_sums_add_up_and_none_is_catching():
    def ask(end, i):
        table = np.arange(6).reshape(2, 3) * (i + 1)
        end.once("y", lambda: "only the centre does it")
        return end.counts("x", table)[0].tolist(), end.totals("x", [10**20, None if i == 1 else 1])

    centre, out = together(3, ask)
    both = [[0, 6, 12], [18, 24, 30]], [4 * 10**20, None]  # the centre has a part too
    assert {str(answer) for answer in out.values()} == {str(both)}
    assert centre.crossed["y"]["messages"] == 1 and centre.crossed["x"]["messages"] == 2
    assert centre.crossed["x"]["up"] > 3 * 2 * 20 and centre.crossed["x"]["down"] > 3 * 2 * 20


def test_members_who_are_out_of_step_are_noticed():
    ours, theirs = pair()
    Shard(theirs, 0, 0).say("y", 1)
    with pytest.raises(RuntimeError, match="shard 1 is at 'y', the centre at 'x'"):
        Centre([ours]).total("x", 0)


@quick
@given(
    cells=st.lists(st.sampled_from([0, 0, 0, 1, 255, 256, 2**40]), max_size=40),
    rows=st.sampled_from([1, 2]),
)
def test_a_packed_table_comes_out_as_it_was(cells, rows):
    table = np.array(cells[: len(cells) // rows * rows], dtype=np.int64).reshape(rows, -1)
    back = unpack(pack(table))
    assert back.dtype == np.int64 and back.shape == table.shape and (back == table).all()
