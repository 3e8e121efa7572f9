"""Tables of counts on their way: most of their cells are empty, and most counts are small."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
#: Shape, which cells are not 0 (a compressed bit each), and those cells in as few bytes as will do.
Packed = tuple[tuple[int, ...], bytes, NDArray[np.integer]]


def pack(table: Ints) -> Packed:
    """A table of whole numbers, none negative.

    >>> shape, _, cells = pack(np.array([[0, 7, 0], [0, 0, 300]]))
    >>> shape, cells.tolist(), cells.dtype.name
    ((2, 3), [7, 300], 'uint16')
    """
    some = table != 0
    cells = table[some]
    kind = np.min_scalar_type(int(cells.max(initial=0)))
    return table.shape, zlib.compress(np.packbits(some).tobytes(), 1), cells.astype(kind)


def unpack(packed: Packed) -> Ints:
    """The table.

    >>> unpack(pack(np.array([[0, 7, 0], [0, 0, 300]]))).tolist()
    [[0, 7, 0], [0, 0, 300]]
    """
    shape, bits, cells = packed
    table = np.zeros(shape, dtype=np.int64)
    some = np.unpackbits(np.frombuffer(zlib.decompress(bits), np.uint8), count=table.size)
    table[some.view(np.bool_).reshape(shape)] = cells
    return table
