"""Checkpoints: the state of a run at the end of a round, to go on from.

A checkpoint is an ``.npz`` of plain arrays (no pickles), always the same bytes for the same state.
The last two are kept; one that cannot be read is passed over.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.runs.folder import whole

State = dict[str, NDArray[Any]]
KEPT = 2
_NAME = re.compile(r"round-(\d+)\.npz")
_SPARSER = 20  # in a long run, at most one in this fraction of the rounds so far


def rounds(every: int, total: int) -> frozenset[int]:
    """The rounds after which a checkpoint is due.

    Multiples of `every`; later in a long run only one in each twentieth of the rounds so far. A
    state grows with the rounds, so this keeps the cost of a round constant, and a kill costs at
    most a twentieth of the run. No checkpoint is due at the very end.

    >>> sorted(rounds(10, 60))
    [10, 20, 30, 40, 50]
    >>> len(rounds(10, 20_000))
    106
    """
    due, t = [], every
    while t < total:
        due.append(t)
        t += every * max(1, -(-t // (_SPARSER * every)))
    return frozenset(due)


def write(folder: Path, t: int, state: Mapping[str, NDArray[Any]]) -> None:
    """Write the state after `t` rounds and forget all but the last two."""
    with whole(folder / f"round-{t:06d}.npz") as part, zipfile.ZipFile(part, "w") as archive:
        for name in sorted(state):
            # A ZipInfo of its own: no time of day gets into the file.
            info = zipfile.ZipInfo(f"{name}.npy")
            with archive.open(info, "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, state[name], allow_pickle=False)
    prune(folder, t)


def prune(folder: Path, t: int) -> None:
    """Keep the last two checkpoints up to round `t`."""
    upto = [path for when, path in _listing(folder) if when <= t]
    for path in upto[KEPT:]:
        path.unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Forget all of them."""
    for _, path in _listing(folder):
        path.unlink(missing_ok=True)


def newest(folder: Path) -> Iterator[tuple[int, State]]:
    """(rounds done, state) of every checkpoint that can be read, the newest first."""
    for t, path in _listing(folder):
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                state = {name: archive[name] for name in archive.files}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            continue
        yield t, state


def _listing(folder: Path) -> list[tuple[int, Path]]:
    paths = folder.iterdir() if folder.is_dir() else ()
    found = [(int(m[1]), path) for path in paths if (m := _NAME.fullmatch(path.name))]
    return sorted(found, reverse=True)
