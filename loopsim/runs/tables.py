"""The logged tables, as Arrow: predictions, the labels that came back, and reviewers' looks.

They are separate and joined by ``prediction_id``, as in production.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from loopsim.cases import ENTITY_BITS
from loopsim.features import Schema
from loopsim.runs.buffer import Buffer

Keys = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Predictions:
    """One row a decision.

    Columns: prediction_id, round, version, id, group, score, action, propensity, reviewed, and the
    features as the model saw them: float32, null where missing, categories by name. A feature whose
    name is taken already is called ``feature_<name>``. With `lossy`, prediction_id and id are null
    where the log lost them.

    Parameters
    ----------
    groups : tuple of str, or None
        None: there is no column of them.
    schema : Schema
    lossy : bool
        Whether the log may lose an id.
    whole : bool
        Whether features are whole numbers: the user, the item and the place of an impression. They
        are int64: float32 is exact up to 16.7 million only.
    """

    groups: tuple[str, ...] | None
    schema: Schema
    lossy: bool = False
    whole: bool = False
    fixed = ("prediction_id", "round", "version", "id", "group")
    later = ("score", "action", "propensity", "reviewed")
    constants = ("round", "version")
    few = ("round", "version", "group", "action", "propensity", "reviewed")
    counting = ("prediction_id", "id")
    keys = ("round", "id")

    def buffer(self) -> Buffer:
        """Somewhere to gather rows."""
        types = {
            "id": np.int64,
            "group": np.int8,
            "score": np.float64,
            "action": np.int8,
            "propensity": np.float64,
            "reviewed": np.bool_,
        }
        if self.groups is None:
            del types["group"]
        if self.lossy:
            types["lost"] = np.bool_
        kind = np.int64 if self.whole else np.float32
        return Buffer(types, len(self.schema), constants=2, kind=kind)

    def arrow(self, rows: Buffer) -> pa.Table:
        """The gathered rows as a table; shares the buffer's memory where it can."""
        when, ids = rows.constant(0), rows.column("id")
        lost = rows.column("lost") if self.lossy else None
        columns = {
            "prediction_id": pa.array((when.astype(np.int64) << ENTITY_BITS) + ids, mask=lost),
            "round": pa.array(when),
            "version": pa.array(rows.constant(1)),
            "id": pa.array(ids, mask=lost),
        }
        if self.groups is not None:
            columns["group"] = _named(rows.column("group"), self.groups)
        columns |= {name: pa.array(rows.column(name)) for name in self.later}
        for j, name in enumerate(self.schema.names):
            columns[self.feature(name)] = self._feature(j, name, rows)
        return pa.table(columns)

    def feature(self, name: str) -> str:
        """The column of a feature."""
        taken = {*self.fixed, *self.later, *(set(self.schema.names) - {name})}
        while name in taken:
            name = f"feature_{name}"
        return name

    @property
    def dictionary(self) -> list[str]:
        """Columns of few different values."""
        few = [name for name in self.few if name != "group" or self.groups is not None]
        return [*few, *map(self.feature, self.schema.levels)]

    def cases(self, rows: Buffer) -> Keys:
        """Round and case id of each gathered row; -1 where the log lost the id."""
        ids = rows.column("id")
        ids = np.where(rows.column("lost"), -1, ids) if self.lossy else ids
        return rows.constant(0).astype(np.int64), ids

    def found(self, table: pa.Table) -> Keys:
        """The same of rows of a file, of the columns in `keys`."""
        ids = table["id"].fill_null(-1).to_numpy()
        return table["round"].to_numpy().astype(np.int64), ids

    def _feature(self, j: int, name: str, rows: Buffer) -> pa.Array:
        values = rows.feature(j)
        if self.whole:
            return pa.array(values)
        missing = np.isnan(values)
        mask = missing if missing.any() else None
        if name not in self.schema.levels:
            return pa.array(values, mask=mask)
        codes = np.where(missing, 0, values).astype(np.int32)
        levels = pa.array(list(self.schema.levels[name]), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask), levels)


@dataclass(frozen=True)
class Feedback:
    """One row a label: prediction_id, label (1 good, 0 bad), opened, revealed (rounds), kind.

    Parameters
    ----------
    kinds : tuple of str
        Kinds of feedback by their codes.
    numbers : bool
        Whether labels are numbers.
    """

    kinds: tuple[str, ...] = ("outcome",)
    numbers: bool = False
    constants = ("revealed",)
    dictionary = ("label", "opened", "revealed", "kind")
    counting = ("prediction_id",)
    keys = ("prediction_id",)

    def buffer(self) -> Buffer:
        """Somewhere to gather rows."""
        types = {
            "prediction_id": np.int64,
            "label": np.float64 if self.numbers else np.int8,
            "opened": np.int32,
            "kind": np.int8,
        }
        return Buffer(types, 0, constants=1)

    def arrow(self, rows: Buffer) -> pa.Table:
        """The gathered rows as a table."""
        names = ("prediction_id", "label", "opened")
        columns: dict[str, Any] = {name: pa.array(rows.column(name)) for name in names}
        columns["revealed"] = pa.array(rows.constant(0))
        columns["kind"] = _named(rows.column("kind"), self.kinds)
        return pa.table(columns)

    def cases(self, rows: Buffer) -> Keys:
        """Round and case id of the prediction of each gathered row."""
        return _split(rows.column("prediction_id"))

    def found(self, table: pa.Table) -> Keys:
        """The same of rows of a file, of the columns in `keys`."""
        return _split(table["prediction_id"].to_numpy())


@dataclass(frozen=True)
class Reviews:
    """One row a look that a reviewer took, or should have taken, at a prediction.

    Columns: prediction_id, round, version, stage (review, second, seconder, adjudication, appeal),
    reviewer (null where nobody had room), advised, action (this reviewer's answer; the advice where
    nobody looked), reason (why it departs from the advice, or which rule of the desk undid it),
    final (what was done with the case), cued (whether the score was shown), waited (rounds from
    arrival at the desk to the answer), minutes (that the look took).

    Parameters
    ----------
    stages, reasons : tuple of str
        By their codes.
    """

    stages: tuple[str, ...]
    reasons: tuple[str, ...]
    constants = ("round", "version")
    dictionary = ("round", "version", "stage", "reviewer", "advised", "action", "reason", "final",
                  "cued")  # fmt: skip
    counting = ("prediction_id",)
    keys = ("prediction_id",)

    def buffer(self) -> Buffer:
        """Somewhere to gather rows."""
        small = ("stage", "advised", "action", "reason", "final")
        types: dict[str, Any] = dict.fromkeys(small, np.int8)
        types |= {"prediction_id": np.int64, "reviewer": np.int16, "cued": np.bool_}
        types |= {"waited": np.float64, "minutes": np.float64}
        return Buffer(types, 0, constants=2)

    def arrow(self, rows: Buffer) -> pa.Table:
        """The gathered rows as a table."""
        who = rows.column("reviewer")
        columns = {
            "prediction_id": pa.array(rows.column("prediction_id")),
            "round": pa.array(rows.constant(0)),
            "version": pa.array(rows.constant(1)),
            "stage": _named(rows.column("stage"), self.stages),
            "reviewer": pa.array(who, mask=who < 0),
            "advised": pa.array(rows.column("advised")),
            "action": pa.array(rows.column("action")),
            "reason": _named(rows.column("reason"), self.reasons),
        }
        later = ("final", "cued", "waited", "minutes")
        return pa.table(columns | {name: pa.array(rows.column(name)) for name in later})

    def cases(self, rows: Buffer) -> Keys:
        """Round and case id of the prediction of each gathered row."""
        return _split(rows.column("prediction_id"))

    def found(self, table: pa.Table) -> Keys:
        """The same of rows of a file, of the columns in `keys`."""
        return _split(table["prediction_id"].to_numpy())


def _split(prediction_id: NDArray[np.int64]) -> Keys:
    return prediction_id >> ENTITY_BITS, prediction_id & ((1 << ENTITY_BITS) - 1)


def _named(codes: Any, names: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(names), pa.string()))


Layout = Predictions | Feedback | Reviews
