"""What models may learn from: logged cases with their labels, and a panel beside them.

Beside each retained case stands its panel twin: a case of the same round picked without regard to
any decision, labelled by the world. The model edge chooses which of the two a fit reads.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.crossing import WHOLE, Crossing
from loopsim.draws import Draws, Stream
from loopsim.feedback import FAR, unknown
from loopsim.kernels import compiled

if TYPE_CHECKING:
    from loopsim.environments.base import Outcomes

#: (m,) positions of cases in, (m, d) features and (m,) labels of their panel twins out.
Panel = Callable[[NDArray[np.int64]], tuple[NDArray[np.float64], NDArray[Any]]]


@dataclass
class Rows:
    """Cases as a fit reads them; equal-length columns.

    Attributes
    ----------
    features, panel_features : (n, d) float64 arrays
    label, panel_label : (n,) int8 or float64
        1 good, 0 bad, 2 hidden by the action (kept for reject inference only); or numbers, NaN
        where hidden.
    due : (n,) int64
        The round in which the label became known.
    kind : (n,) int8
        Kind of feedback: 0 the outcome, then the world's signals in their order.
    opened : (n,) int32
    ids : (n,) int64
    group : (n,) int8
    score, propensity, priority : (n,) float64
        Score as logged; the probability, given the score, that the label was to be seen; the keyed
        priority of the reservoir.
    """

    features: NDArray[np.float64]
    label: NDArray[Any]
    due: NDArray[np.int64]
    opened: NDArray[np.int32]
    ids: NDArray[np.int64]
    group: NDArray[np.int8]
    score: NDArray[np.float64]
    propensity: NDArray[np.float64]
    priority: NDArray[np.float64]
    kind: NDArray[np.int8]
    panel_features: NDArray[np.float64]
    panel_label: NDArray[Any]

    def __len__(self) -> int:
        return int(self.label.size)

    def take(self, which: Any) -> Rows:
        """The rows at an index or mask."""
        return Rows(*(getattr(self, f.name)[which] for f in fields(self)))

    @staticmethod
    def stack(parts: list[Rows]) -> Rows:
        """Several on top of each other."""
        if len(parts) == 1:
            return copy(parts[0])  # a reader may replace a column of its own
        columns = ([getattr(part, f.name) for part in parts] for f in fields(Rows))
        return Rows(*map(np.concatenate, columns))

    @staticmethod
    def together(rows: Rows | None, crossing: Crossing) -> Rows | None:
        """The rows of all shards where models are fitted, None everywhere else.

        Panel twins stay where they are: whoever reads them has done so (`fitting.read_rows`).
        """
        if rows is None:
            columns = crossing.gather("rows", None)
        else:
            rows = replace(rows, panel_features=rows.features[:, :0], panel_label=rows.label)
            mine = tuple(getattr(rows, f.name) for f in fields(Rows))
            columns = crossing.gather("rows", mine, (rows.opened, rows.kind))
        return None if columns is None else Rows(*columns)


class Memory:
    """The window of past cases that training reads.

    Parameters
    ----------
    rounds : int or None
        Keep rows whose label became known in the last `rounds` rounds; None keeps all.
    size : int or None
        Keep a uniform sample of that many labelled rows (bottom-k of keyed priorities, so the
        sample does not depend on order or sharding; Cohen and Kaplan 2007); None keeps all.
    refused : bool
        Keep the cases whose label the action hid as well, for reject inference.
    crossing : Crossing
        To the other parts of the memory, if the people are split; the sample is of all.
    """

    def __init__(
        self,
        rounds: int | None = None,
        size: int | None = None,
        refused: bool = False,
        crossing: Crossing = WHOLE,
    ) -> None:
        self.rounds, self.size, self.refused = rounds, size, refused
        self.crossing = crossing
        self.bound = np.inf
        self._blocks: list[Rows] = []

    def open(
        self,
        cases: Cases,
        outcomes: Outcomes,
        label: NDArray[Any],
        due: NDArray[np.int64],
        draws: Draws,
        panel: Panel | None = None,
        kind: int = 0,
        allowed: NDArray[np.bool_] | None = None,
    ) -> None:
        """Retain what a later fit may read of one round's cases.

        Parameters
        ----------
        cases, outcomes : the round
        label : (n,) int8 array
            As the log will show it: noisy, 2 where the action hides it.
        due : (n,) int64 array
            The round in which it does, `FAR` if never.
        panel : callable, optional
            Makes the panel twins of some cases, by their positions: features and labels. None: the
            cases of a round are nobody's choice, so any of them will do.
        kind : int
            The kind of feedback that the labels are.
        allowed : (n,) bool array, optional
            The cases that any fit may read; None: all.
        """
        priority = draws.uniform(Stream.RESERVOIR, cases.round, cases.ids, k=kind)
        if allowed is not None:  # what may not be read is as good as never known
            due, label = np.where(allowed, due, FAR), _withheld(label, allowed)
        rows = self._worth_keeping(label, due, priority, cases.round)
        panel = partial(_any_case, cases, outcomes, draws, allowed) if panel is None else panel
        panel_features, panel_label = panel(rows)
        block = Rows(
            cases.features[rows],
            label[rows],
            due[rows],
            np.full(rows.size, cases.round, dtype=np.int32),
            cases.ids[rows],
            cases.group[rows],
            cases.scores[rows],
            _shown(cases, outcomes, rows),
            priority[rows],
            np.full(rows.size, kind, dtype=np.int8),
            panel_features,
            panel_label,
        )
        if rows.size:
            self._blocks.append(block)

    def _worth_keeping(
        self, label: NDArray[Any], due: NDArray[np.int64], priority: NDArray[np.float64], t: int
    ) -> NDArray[np.int64]:
        """Rows of the round that some later fit can read."""
        if self.size is None:
            return np.flatnonzero((due < FAR) | (self.refused & unknown(label)))
        if not np.isfinite(self.bound):
            near = in_reach(priority, due, self.size, t, self.crossing)
            return np.flatnonzero(near | (self.refused & unknown(label)))
        rows = np.flatnonzero(priority < self.bound)
        near = in_reach(priority[rows], due[rows], self.size, t, self.crossing)
        return rows[near | (self.refused & unknown(label[rows]))]

    def known(self, t: int, since: int = -1) -> Rows | None:
        """Rows whose label is known at round t (and became known after `since`), or None.

        With `refused`, cases whose label the action hid (and that opened since) come along.
        """
        self._forget(t)
        if not self._blocks:
            return None
        rows = Rows.stack(self._blocks)
        known = (rows.due <= t) & (rows.due > since)
        known |= unknown(rows.label) & (rows.opened >= since)
        rows = rows.take(np.flatnonzero(known))
        return rows if len(rows) else None

    def tidy(self, t: int) -> None:
        """Drop what no later fit can read, once enough has piled up to be worth a pass."""
        if self.size is None:
            return
        if self.crossing.total("reservoir", sum(map(len, self._blocks))) > 3 * self.size:
            self._forget(t)

    def erase(self, gone: Callable[[Rows], NDArray[np.bool_]]) -> int:
        """Drop the rows of a mask for good; how many they were."""
        before = sum(map(len, self._blocks))
        self._keep([~gone(block) for block in self._blocks])
        return before - sum(map(len, self._blocks))

    def labels(self, t: int, groups: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(groups,) how many outcomes are known at round t, and the sum of their labels."""
        self._forget(t)
        rows, good = np.zeros(groups), np.zeros(groups)
        for block in self._blocks:
            known = (block.due <= t) & (block.kind == 0) & ~unknown(block.label)
            rows += np.bincount(block.group[known], minlength=groups)
            good += np.bincount(block.group[known], block.label[known], minlength=groups)
        return rows, good

    def _forget(self, t: int) -> None:
        if self.rounds is not None:
            first = t - self.rounds
            # A reject is known as one from the round after, as if that were when its label came.
            kept = [np.where(b.due < FAR, b.due, b.opened + 1) > first for b in self._blocks]
            self._keep(kept)
        if self.size is not None:
            priorities = [b.priority[b.due <= t] for b in self._blocks]
            known = np.concatenate([np.empty(0), *priorities])
            if self.crossing.total("reservoir", known.size) > self.size:
                self.bound = self.crossing.kth("reservoir", known, self.size)
                self._keep([b.priority < self.bound for b in self._blocks])

    def _keep(self, masks: list[NDArray[np.bool_]]) -> None:
        pairs = zip(self._blocks, masks, strict=True)
        blocks = [b if m.all() else b.take(np.flatnonzero(m)) for b, m in pairs if m.any()]
        self._blocks = blocks

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything, as arrays, for a checkpoint."""
        state: dict[str, NDArray[Any]] = {"bound": np.array(self.bound)}
        if self._blocks:
            rows = Rows.stack(self._blocks)
            state |= {f"rows.{f.name}": getattr(rows, f.name) for f in fields(Rows)}
        return state

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Become what `state` described."""
        self.bound = float(state["bound"])
        self._blocks = []
        if "rows.label" in state:
            self._blocks = [Rows(*(state[f"rows.{f.name}"] for f in fields(Rows)))]


def _withheld(label: NDArray[Any], allowed: NDArray[np.bool_]) -> NDArray[Any]:
    """The labels as no fit reads them: hidden ones that may not be read are not rejects either."""
    known = label.copy()
    known[~allowed & unknown(label)] = 0
    return known


def _any_case(
    cases: Cases,
    outcomes: Outcomes,
    draws: Draws,
    allowed: NDArray[np.bool_] | None,
    rows: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Features and true outcome of a case of the same round, drawn for each of `rows`."""
    pick = draws.uniform(Stream.PANEL, cases.round, cases.ids[rows])
    pool = None if allowed is None else np.flatnonzero(allowed)
    twins = cases.crossing.fetch(
        "panel",
        lambda everybody: (pick * everybody).astype(np.int64),
        len(cases) if pool is None else pool.size,
        lambda here: _twins(cases, outcomes, here if pool is None else pool[here]),
    )
    return twins[0], twins[1]


def _twins(
    cases: Cases, outcomes: Outcomes, rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    return cases.features[rows], outcomes.good[rows]


def _shown(cases: Cases, outcomes: Outcomes, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """(m,) the probability, given the scores, that these labels were to be seen.

    A selective label is seen if the answer is yes; of a "no" it is not seen at all.
    """
    yes = cases.actions[rows] == 1
    if outcomes.selective is not None:
        yes &= outcomes.selective[rows]
    return np.where(yes, cases.propensities[rows], 1.0)


def in_reach(
    priority: NDArray[np.float64],
    due: NDArray[np.int64],
    size: int,
    t: int = 0,
    crossing: Crossing = WHOLE,
) -> NDArray[np.bool_]:
    """(n,) whether a row can ever be among the `size` lowest priorities of the known rows.

    When it becomes known, all rows of its round that fall due no later are known as well: if `size`
    of them are lower, it never gets in. Priorities in (0, 1) are compared by the part of the unit
    that they fall in, so a few rows more than that may stay; `Memory` drops them in time. No row
    falls due before round `t`.

    >>> in_reach(np.array([0.1, 0.2, 0.3]), np.array([5, 4, 4]), 1)
    array([ True,  True, False])
    """
    if crossing.total("reservoir", due.size) <= size:
        return due < FAR
    counts = np.zeros((_SPAN, _PARTS), dtype=np.int64)
    _count(priority, due, t, counts)
    (counts,) = crossing.counts("reservoir", counts)
    near = np.zeros(due.size, dtype=np.bool_)
    _mark(priority, due, t, _reach(counts, size), near)
    return near


_SPAN, _PARTS = 64, 4096  # rounds told apart (later ones count as the last), parts of the unit


@compiled
def _count(
    priority: NDArray[np.float64], due: NDArray[np.int64], t: int, counts: NDArray[np.int64]
) -> None:
    """Add each row to its due round and part."""
    for i in range(due.size):
        if due[i] < FAR:
            counts[min(due[i] - t, _SPAN - 1), int(priority[i] * _PARTS)] += 1


@compiled
def _reach(counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """(spans,) the last part in reach, by due round."""
    reach = np.full(_SPAN, _PARTS - 1)
    so_far = np.zeros(_PARTS, dtype=np.int64)
    for when in range(_SPAN - 1):
        so_far += counts[when]
        total = 0
        for part in range(_PARTS):
            total += so_far[part]
            if total >= size:
                reach[when] = part
                break
    # The last span mixes rounds: what is in reach of the round before it is all that is known.
    reach[_SPAN - 1] = reach[_SPAN - 2]
    return reach


@compiled
def _mark(
    priority: NDArray[np.float64], due: NDArray[np.int64], t: int, reach: NDArray[np.int64],
    near: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Whether each row is in the reach of its due round."""
    for i in range(due.size):
        if due[i] < FAR:
            near[i] = int(priority[i] * _PARTS) <= reach[min(due[i] - t, _SPAN - 1)]
