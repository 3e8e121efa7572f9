"""One round's decisions, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.crossing import WHOLE, Crossing

ENTITY_BITS = 40


def prediction_ids(t: int, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ids of the predictions made in round `t` for entities `ids` (< 2**40): never reused."""
    return (np.int64(t) << ENTITY_BITS) + ids


@dataclass
class Cases:
    """Who or what needs a decision in one round; the phases fill it in, top to bottom.

    All columns have the same first axis, n. Of a slate of k items each item is a case of its own,
    k of them one after the other: the rows of `loopsim.slates.Slates.impressions`.

    Attributes
    ----------
    round : int
    rows, ids : (n,) int64 arrays
        Positions in the population, and stable ids.
    group : (n,) int8 array
        Index into the environment's `groups`. The model does not see it unless told to.
    features : (n, d) float array, or Visits
        What the model sees.
    version : int, or (n,) int32 array while a canary serves some of the cases
        The model version that scored.
    scores : (n,) float64 array in [0, 1], or a Scorer until the slates are picked
        Believed probability of the good outcome.
    actions : (n,) int8 array
        0 is "no", 1 is "yes".
    propensities : (n,) float64 array in (0, 1]
        Probability, given the scores, of the action that was taken.
    reviewed : (n,) bool array
        Whether a person had a look.
    item : (n,) int64 array
        What is shown, where the decision is a slate; otherwise empty.
    pool : (m,) bool array
        Which of all m items may be shown, where the decision is a slate; otherwise empty.
    slots : int
        Cases that were decided together: the length of a slate, otherwise 1.
    lost, misversioned : (n,) bool arrays
        What the log has without an id, or under another version; empty where nothing gets lost.
    crossing : Crossing
        To the round's other cases, if the people are split over shards.
    """

    round: int
    rows: NDArray[np.int64]
    ids: NDArray[np.int64]
    group: NDArray[np.int8]
    features: Any = None
    version: Any = 0
    scores: Any = field(default_factory=lambda: np.empty(0))
    actions: NDArray[Any] = field(default_factory=lambda: np.empty(0, np.int8))
    propensities: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    reviewed: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    item: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    pool: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    slots: int = 1
    lost: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    misversioned: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    crossing: Crossing = WHOLE

    def __len__(self) -> int:
        return int(self.ids.size)

    def take(self, which: NDArray[np.bool_]) -> Cases:
        """The cases of a mask; of a slate all or none, so that `slots` stays what it is."""
        columns = ("rows", "ids", "group", "scores", "actions", "propensities", "reviewed")
        held = {name: getattr(self, name) for name in columns}
        part = {n: c[which] if c.shape[:1] == which.shape else c for n, c in held.items()}
        item = self.item[which] if self.item.size else self.item
        version = self.version[which] if np.ndim(self.version) else self.version
        lost = self.lost[which] if self.lost.size else self.lost
        features = self.features[which]
        return replace(self, **part, features=features, item=item, version=version, lost=lost)

    def with_features(self, features: Any) -> Cases:
        """The same cases with other features."""
        return replace(self, features=features)

    @property
    def prediction_id(self) -> NDArray[np.int64]:
        """(n,) int64: the key that joins predictions with labels."""
        return prediction_ids(self.round, self.ids)
