"""Items that the same people click on."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopsim.models.base import Floats
from loopsim.models.ranking.arrays import ArrayModel, Learnt, with_later_items
from loopsim.models.ranking.beliefs import Belief, LogOdds, platt
from loopsim.models.ranking.rows import clicks_by_user, places, shown, spread
from loopsim.parts import threads
from loopsim.slates import Interactions, Visits

CALIBRATED_ON = 20_000  # rows that turn scores into probabilities


class ItemNeighbours(ArrayModel):
    """Mean similarity to what the user clicked (Deshpande and Karypis 2004).

    Two items are as similar as the cosine of their columns of clicks, each user's clicks counted
    by weight. Each clicked item votes for its nearest neighbours only. Who clicked nothing gets
    the mean of those who did; an item never shown gets the user's mean of all others.

    Parameters
    ----------
    neighbours : int
        Neighbours kept for each item.
    """

    name = "item-knn"

    def __init__(self, neighbours: int = 50) -> None:
        super().__init__()
        self.neighbours = neighbours

    def learn(
        self, rows: Interactions, labels: NDArray[np.int8], weights: Floats, random_state: int
    ) -> Learnt:
        """Sparse profiles (u, m) and similarities (m, m)."""
        known, clicks = clicks_by_user(rows, labels, weights)
        similar = nearest(clicks, self.neighbours)
        clicks.data /= np.repeat(clicks.sum(axis=1).A1, np.diff(clicks.indptr))
        mean = np.asarray(clicks.mean(axis=0) @ similar).ravel()
        learnt = {"known": known, "seen": shown(rows), "mean": mean}
        few = spread(len(rows), CALIBRATED_ON)
        at = places(known, rows.users[few])
        votes = clicks[np.maximum(at, 0)].multiply(similar.T.tocsr()[rows.items[few]])
        scores = np.where(at < 0, mean[rows.items[few]], np.asarray(votes.sum(axis=1)).ravel())
        learnt["belief"] = platt(scores, labels[few], weights[few])
        return learnt | _parts("clicks", clicks) | _parts("similar", similar)

    def scorer(self, visits: Visits) -> Votes:
        """Sparse products, made dense a block at a time."""
        learnt, m = self.learnt, len(self.learnt["seen"])
        later = with_later_items(learnt["seen"], len(visits.catalogue), False)
        at = places(learnt["known"], visits.users)
        profiles = _whole("clicks", learnt, (learnt["known"].size, m))
        similar = _whole("similar", learnt, (m, m))
        belief = LogOdds(*learnt["belief"].tolist())
        return Votes(at, profiles, similar, learnt["mean"].astype(np.float32), later, belief)


def nearest(clicks: Any, neighbours: int) -> Any:
    """(m, m) sparse cosines between columns: row j holds the nearest neighbours of item j."""
    from implicit.nearest_neighbours import CosineRecommender
    from implicit.utils import ParameterWarning

    model = CosineRecommender(K=neighbours + 1, num_threads=threads())  # each is its own nearest
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)  # of a conversion of its own
        model.fit(clicks.astype(np.float64), show_progress=False)
    similar = model.similarity.tocsr()
    similar.setdiag(0.0)
    similar.eliminate_zeros()
    for row in np.flatnonzero(np.diff(similar.indptr) > neighbours):  # a twin took its own place
        at = slice(similar.indptr[row], similar.indptr[row + 1])
        similar.data[at.start + np.argmin(similar.data[at])] = 0.0
    similar.eliminate_zeros()
    similar.sort_indices()
    return similar


def _parts(name: str, matrix: Any) -> Learnt:
    """A sparse matrix as arrays."""
    data = matrix.data.astype(np.float32)
    return {f"{name}_data": data, f"{name}_at": matrix.indices, f"{name}_rows": matrix.indptr}


def _whole(name: str, learnt: Learnt, shape: tuple[int, int]) -> Any:
    from scipy.sparse import csr_matrix

    parts = tuple(learnt[f"{name}_{part}"] for part in ("data", "at", "rows"))
    return csr_matrix(parts, shape=shape)


@dataclass(frozen=True, eq=False)
class Votes:
    """Profiles · similarities.

    Parameters
    ----------
    at : (n,) rows of `profiles`, -1 for who has none
    profiles, similar : sparse (u, k) and (k, k) matrices
    mean : (k,) what somebody without a profile gets
    seen : (m,) whether anything is known of an item; m >= k
    belief : Belief
    """

    at: NDArray[np.int64]
    profiles: Any
    similar: Any
    mean: NDArray[np.float32]
    seen: NDArray[np.bool_]
    belief: Belief

    def block(self, at: slice) -> NDArray[np.float32]:
        """See `Scorer.block`."""
        rows, k = self.at[at], self.mean.size
        scores = np.zeros((rows.size, self.seen.size), dtype=np.float32)
        scores[:, :k] = (self.profiles[np.maximum(rows, 0)] @ self.similar).toarray()
        scores[rows < 0, :k] = self.mean
        if not self.seen.all():
            known = self.seen.astype(np.float32) / np.float32(self.seen.sum())
            scores[:, ~self.seen] = (scores @ known)[:, None]
        return scores

    def believed(self, scores: NDArray[Any]) -> Floats:
        """See `Scorer.believed`."""
        return self.belief(scores)
