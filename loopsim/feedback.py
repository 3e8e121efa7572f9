"""The feedback log: labels as they come back, late, noisy or never.

The log owns what anybody may see: a pending label is not a negative label, and before its round has
come no metric, rule or model can read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases, prediction_ids
from loopsim.draws import Draws, Stream
from loopsim.kernels import compiled

UNKNOWN = 2  # as in loopsim.environments.base: what an action hid; NaN where labels are numbers
FAR = np.int64(1) << 40  # a due round that never comes


def unknown(label: NDArray[Any]) -> NDArray[np.bool_]:
    """(n,) whether a label is hidden: 2 among 0 and 1, NaN among numbers.

    >>> unknown(np.array([0, 1, 2], np.int8)), unknown(np.array([2.0, np.nan]))
    (array([False, False,  True]), array([False,  True]))
    """
    hidden: NDArray[np.bool_] = np.isnan(label) if label.dtype.kind == "f" else label == UNKNOWN
    return hidden


@dataclass
class LabelBatch:
    """Labels that became known together; equal-length columns.

    Attributes
    ----------
    prediction_id : (n,) int64
        Joins with the prediction.
    label : (n,) int8, 0 bad or 1 good (float64 where outcomes are numbers)
    opened : (n,) int32
        The round of the prediction.
    score, group, action : (n,) float64, int8, int8
        As logged with the prediction.
    kind : (n,) int8
        What kind of feedback it is: 0 the outcome, then the world's signals in their order.
    """

    prediction_id: NDArray[np.int64]
    label: NDArray[Any]
    opened: NDArray[np.int32]
    score: NDArray[np.float64]
    group: NDArray[np.int8]
    action: NDArray[np.int8]
    kind: NDArray[np.int8]

    def __len__(self) -> int:
        return int(self.label.size)

    def take(self, which: Any) -> LabelBatch:
        """The labels at an index, mask or slice."""
        return LabelBatch(*(getattr(self, f.name)[which] for f in fields(self)))

    @staticmethod
    def concatenate(batches: list[LabelBatch]) -> LabelBatch:
        """One batch from several (from none: an empty one)."""
        if len(batches) == 1:
            return batches[0]
        types = (np.int64, np.int8, np.int32, np.float64, np.int8, np.int8, np.int8)
        columns = [
            np.concatenate([np.empty(0, kind)] + [getattr(b, f.name) for b in batches])
            for f, kind in zip(fields(LabelBatch), types, strict=True)
        ]
        return LabelBatch(*columns)


class FeedbackLog:
    """What comes back, and when.

    Parameters
    ----------
    delay : Delay
        Rounds until a label is due, by outcome and case.
    noise : float in [0, 1]
        Probability that a label is flipped.
    never : float in [0, 1]
        Share of labels that never come.
    """

    def __init__(self, delay: Any, noise: float, never: float) -> None:
        self.delay, self.noise, self.never = delay, noise, never
        self._due: dict[int, list[LabelBatch]] = {}

    def label(
        self,
        cases: Cases,
        label: NDArray[Any],
        draws: Draws,
        prompt: NDArray[np.bool_] | None = None,
    ) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Labels as they will be read, and the rounds they are due in (`FAR` if never).

        The draws are keyed by the case, so leaving one out when its share is 0 moves no other.

        Parameters
        ----------
        cases, label : the round's cases, and what can be known of them
        prompt : (n,) bool array, optional
            Labels that come in the next round, whatever the delay.
        """
        t, ids = cases.round, cases.ids
        due, hidden = np.empty(ids.size, dtype=np.int64), unknown(label)
        _due_rounds(self.delay.rounds(label, draws, t, ids), t, hidden, due)
        if prompt is not None:
            due[prompt & ~hidden] = t + 1
        if self.never > 0.0:
            due[draws.uniform(Stream.NEVER, t, ids) < self.never] = FAR
        if self.noise > 0.0:
            flip = (draws.uniform(Stream.NOISE, t, ids) < self.noise) & ~hidden
            label = np.where(flip, 1 - label, label).astype(np.int8)
        return label, due

    def open(
        self, cases: Cases, label: NDArray[Any], due: NDArray[np.int64], kind: int = 0
    ) -> None:
        """Put one round's labels where they wait, one bucket for each round with some due."""
        coming = np.flatnonzero(due < FAR)
        batch = LabelBatch(
            prediction_ids(cases.round, cases.ids[coming]),
            label[coming],
            np.full(coming.size, cases.round, dtype=np.int32),
            cases.scores[coming],
            cases.group[coming],
            cases.actions[coming],
            np.full(coming.size, kind, dtype=np.int8),
        )
        for when, part in _by_value(due[coming]):
            self._due.setdefault(when, []).append(batch if part is None else batch.take(part))

    def reveal(self, t: int) -> LabelBatch:
        """Labels that fall due in round t; they leave the waiting table."""
        return LabelBatch.concatenate(self._due.pop(t, []))

    def erase(self, gone: Callable[[LabelBatch], NDArray[np.bool_]]) -> int:
        """Drop the waiting labels of a mask: they never come; how many they were."""
        before = self.pending
        for when, bucket in list(self._due.items()):
            left = [batch.take(~gone(batch)) for batch in bucket]
            self._due[when] = [batch for batch in left if len(batch)]
            if not self._due[when]:
                del self._due[when]
        return before - self.pending

    @property
    def pending(self) -> int:
        """Labels that still wait for their round."""
        return sum(len(batch) for bucket in self._due.values() for batch in bucket)

    def state(self) -> dict[str, NDArray[Any]]:
        """The waiting table, rows with a due time, for a checkpoint."""
        rounds = sorted(self._due)
        merged = {when: LabelBatch.concatenate(self._due[when]) for when in rounds}
        due = np.concatenate([np.empty(0, np.int64)] + [np.full(len(merged[w]), w) for w in rounds])
        table = LabelBatch.concatenate([merged[w] for w in rounds])
        return {"due": due, **{f.name: getattr(table, f.name) for f in fields(LabelBatch)}}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Put the waiting labels back into their buckets."""
        table = LabelBatch(*(state[f.name] for f in fields(LabelBatch)))
        self._due = {
            when: [table if part is None else table.take(part)]
            for when, part in _by_value(state["due"])
        }


@compiled
def _due_rounds(
    rounds: NDArray[np.int64], t: int, hidden: NDArray[np.bool_], out: NDArray[np.int64]
) -> None:
    """The round in which each label comes; a hidden one never does."""
    for i in range(out.size):
        out[i] = FAR if hidden[i] else t + rounds[i]


def _by_value(values: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64] | None]]:
    """Distinct values, ascending, with the positions of each (None: all of them)."""
    if values.size == 0:
        return []
    if (values == values[0]).all():
        return [(int(values[0]), None)]
    order = np.argsort(values, kind="stable")
    distinct, starts = np.unique(values[order], return_index=True)
    parts = np.split(order, starts[1:])
    return [(int(value), part) for value, part in zip(distinct, parts, strict=True)]
