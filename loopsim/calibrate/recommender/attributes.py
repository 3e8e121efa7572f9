"""What is known of items (genres, tags) and who made them, from a table or from the log alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from loopsim.calibrate.label import listed
from loopsim.calibrate.log_columns import coded, column, names
from loopsim.draws import Draws, Stream
from loopsim.registry import nearest

if TYPE_CHECKING:
    import pandas as pd

MOST = 50  # different words that a column of attributes may have
CLUSTERS = 8
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Attributes:
    """(m, d) shares of `names` in each item, and the index of its maker."""

    names: tuple[str, ...]
    shares: Floats
    creator: NDArray[np.int64]
    creators: int
    notes: list[str] = field(default_factory=list)


def attributes_of(
    frame: pd.DataFrame | None, items: Sequence[str], item: str, wanted: Sequence[str] | None,
    creator: str | None, faults: list[str],
) -> Attributes:  # fmt: skip
    """The attributes of `items`, in their order; none, to be clustered, where no table has any.

    A column of at most 50 different names is one; so are the words of a column that are few and
    often used again (``Comedy|Drama``), and columns of noughts and ones.
    """
    nobody = np.zeros(len(items), dtype=np.int64)
    bare = Attributes((), np.empty((len(items), 0)), nobody, 1)
    if frame is None:
        faults += [
            f"{option}: needs items, the table of the items"
            for option, given in (("attributes", wanted), ("creator", creator))
            if given
        ]
        return bare
    rows = _matched(frame, items, item, faults)
    if rows is None:
        return bare
    notes = [] if len(rows) == len(items) else [_lost(len(items) - len(rows), len(items))]
    table = rows.reindex(list(items))
    found: dict[str, Floats] = {}
    for name in _columns(rows, wanted, creator, faults):
        made = _levels(table[name], rows[name].dropna(), whole=wanted is not None)
        if made:
            found |= {
                (f"{name} {word}" if word in found else word): at for word, at in made.items()
            }
        elif wanted is not None:
            faults.append(f"attributes {name!r}: more than {MOST} different words, or numbers")
        else:
            notes.append(
                f"{name} is no attribute: it has numbers, or more than {MOST} different words"
            )
    shares = np.column_stack(list(found.values())) if found else bare.shares
    made_by, makers = _makers(rows, table, creator, faults) if creator else (nobody, 1)
    return Attributes(tuple(found), shares, made_by, makers, notes)


def _matched(
    frame: pd.DataFrame, items: Sequence[str], item: str, faults: list[str]
) -> pd.DataFrame | None:
    """Rows of the table by the item's name, those of the log only."""
    here: list[str] = []
    key = column(frame, "item", item, here)
    if key is not None:
        frame = frame.drop(columns=item).set_index(names(key))
        twice = frame.index.duplicated()
        if twice.any():
            here.append(f"item {frame.index[twice][0]!r}: in two rows; an item has one")
        frame = frame[frame.index.isin(list(items))]
        if len(frame) < len(items) / 2:
            here.append(f"only {len(frame)} of the log's {len(items)} items are in it")
    faults += [f"items: {fault}" for fault in here]
    return None if here else frame


def _lost(lost: int, all_: int) -> str:
    return f"{lost} of {all_} items are not in the items' table: their attributes are even shares"


def _columns(
    rows: pd.DataFrame, wanted: Sequence[str] | None, creator: str | None, faults: list[str]
) -> list[str]:
    for name in wanted or ():
        if name not in rows:
            near = nearest(name, rows)
            known = listed(list(rows))
            fault = f"items: attributes {name!r}: no such column; there are {known}. {near}"
            faults.append(fault.strip())
    chosen = list(rows) if wanted is None else list(wanted)
    return [name for name in chosen if name in rows and name != creator]


def _levels(values: pd.Series, known: pd.Series, whole: bool) -> dict[str, Floats]:
    """A column of noughts and ones for each word; {} if it is no column of attributes."""
    import pandas as pd
    from pandas.api import types

    if types.is_numeric_dtype(values.dtype):
        flag = set(known.unique()) <= {0, 1} and len(known) > 0
        return {str(values.name): values.fillna(0).to_numpy(np.float64)} if flag else {}
    words = known.astype(str)
    marks = r"[|,;]" if words.str.contains(r"[|,;]").mean() > 0.05 else r"\s+"
    single = words.nunique() <= MOST and marks != r"[|,;]"
    parts = {
        i: [word] if single else [w.strip() for w in re.split(marks, word) if w.strip()]
        for i, word in words.items()
    }
    different = sorted({word for some in parts.values() for word in some})
    if not 2 <= len(different) <= MOST or (not whole and len(different) > len(known) / 3):
        return {}
    at = {word: np.zeros(len(values)) for word in different}
    place = pd.Series(np.arange(len(values)), index=values.index)
    for i, some in parts.items():
        for word in some:
            at[word][place[i]] = 1.0
    return at


def _makers(
    rows: pd.DataFrame, table: pd.DataFrame, creator: str, faults: list[str]
) -> tuple[NDArray[np.int64], int]:
    """Each item's maker; items without one share a maker of their own."""
    if creator not in rows:
        near = nearest(creator, rows)
        known = listed(list(rows))
        fault = f"items: creator {creator!r}: no such column; there are {known}. {near}"
        faults.append(fault.strip())
        return np.zeros(len(table), dtype=np.int64), 1
    codes, makers = coded(table[creator].astype(object).where(table[creator].notna(), "unknown"))
    return codes, len(makers)


def clustered(made: Attributes, vectors: Floats, draws: Draws) -> Attributes:
    """Attributes from the items' own vectors, where no table told any: k-means clusters."""
    if made.names:
        return made
    from sklearn.cluster import KMeans

    count = min(CLUSTERS, len(vectors))
    state = draws.integer(Stream.FIT, -1, k=5)
    at = KMeans(count, n_init=4, random_state=state).fit_predict(vectors)
    names_ = tuple(f"cluster {i + 1}" for i in range(count))
    note = f"no attributes were given: {count} clusters of the items' own vectors stand for genres"
    return Attributes(names_, np.eye(count)[at], made.creator, made.creators, [*made.notes, note])
