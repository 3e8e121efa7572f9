"""Memory is used again only when nobody can see it."""

import numpy as np

from loopsim.recycled import Recycled


def test_what_somebody_holds_is_never_written_over():
    room = Recycled()
    held = room.empty(100, 3)
    held[:] = 7.0
    part = held[10:20]
    del held
    room.empty(100, 3)[:] = 1.0
    assert (part == 7.0).all()


def test_what_nobody_holds_is_used_again():
    room = Recycled()
    room.empty(100, 3)
    base = room._room
    address = base.ctypes.data
    del base
    assert room.empty(60, 3).ctypes.data == address


def test_another_width_or_more_rows_get_room_of_their_own():
    room = Recycled()
    room.empty(4, 3)
    assert room.empty(5, 3).shape == (5, 3)
    assert room.empty(2, 6).shape == (2, 6)
    assert np.asarray(room.empty(0, 6)).shape == (0, 6)
